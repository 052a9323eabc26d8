/* λ and m of a potential of two parameters, at a point or over a box, by real resolution. */
#include "scene_private.h"

#include "cusp/mem.h"

struct work {
    struct scene scene;
    struct plane_result *out;
    const char *const *at;
    struct rat ordinary; /* the least along a component */
};

static void lower(struct rat *least, long *most, struct rat lambda, long multiplicity)
{
    int order = lambda.den ? plane_rat_compare(lambda, *least) : 1;
    if (order < 0) {
        *least = lambda;
        *most = multiplicity;
    } else if (order == 0 && multiplicity > *most) {
        *most = multiplicity;
    }
}

/* How many branches, counted with their orders, go through the point: 1 if the curve is smooth. */
static bool is_singular(const struct tree *tree)
{
    const struct chart *chart = tree->chart[0];
    bool passing = false;
    for (size_t i = 0; i < chart->n_branches; i++) {
        ulong order =
            tree->divisor[chart->branch[i].divisor].edge ? 0 : lpoly_order(&chart->branch[i].p);
        if (order > 1 || (order == 1 && passing)) {
            return true;
        }
        passing = passing || order == 1;
    }
    return false;
}

static void show_coordinates(struct scene *scene, const struct place *place,
                             struct plane_point *point)
{
    struct text text;
    text_init(&text);
    for (int k = 0; k < 2; k++) {
        field_text_coordinate(place->field, place->at[k], &text);
        point->coordinate[k] = arena_text(scene->arena, text_get(&text), text.length);
        text_clear(&text);
        field_text_decimal(place->field, place->at[k], 17, &text);
        point->decimal[k] = arena_text(scene->arena, text_get(&text), text.length);
        text_clear(&text);
    }
    text_done(&text);
}

static enum status resolve_point(struct scene *scene, const struct place *place,
                                 struct plane_point *point)
{
    struct tree tree;
    enum status status = tree_begin(&tree, scene->component, scene->n, scene->content, place);
    if (!status) {
        status = tree_resolve(&tree);
    }
    if (!status) {
        status = tree_lambda(&tree, &point->lambda, &point->multiplicity);
    }
    if (!status) {
        show_coordinates(scene, place, point);
        point->singular = is_singular(&tree);
        point->on_boundary = place->n_walls > 0;
        point->resolution = arena_new(scene->arena, 1, sizeof *point->resolution);
        status = tree_show(&tree, place, scene->problem->names, point->lambda, point->multiplicity,
                           scene->arena, point->resolution);
        tree.why = status ? "a ratio (k + 1) / N is not a fraction of 64-bit numbers" : NULL;
    }
    if (status) {
        scene->why = tree.why;
    }
    tree_clear(&tree);
    return status;
}

static enum status local(struct work *work)
{
    struct scene *scene = &work->scene;
    struct plane_result *out = work->out;
    nf_elem_struct *rows = field_row(scene->rationals, 2);
    struct place place;
    enum status status = scene_at(scene, work->at, rows, &place);
    if (!status) {
        out->points = arena_new(scene->arena, 1, sizeof *out->points);
        out->n_points = 1;
        out->winner = 0;
        status = resolve_point(scene, &place, out->points);
    }
    if (!status) {
        const struct plane_point *point = out->points;
        out->has_zero = true;
        lower(point->on_boundary ? &out->boundary : &out->inside,
              point->on_boundary ? &out->boundary_multiplicity : &out->inside_multiplicity,
              point->lambda, point->multiplicity);
    }
    field_row_free(scene->rationals, rows, 2);
    return status;
}

static enum status components(struct work *work)
{
    struct scene *scene = &work->scene;
    struct plane_result *out = work->out;
    long most = 1;
    out->components = arena_new(scene->arena, scene->n, sizeof *out->components);
    for (size_t i = 0; i < scene->n; i++) {
        const struct component *from = &scene->component[i];
        if (from->power == 0) {
            continue;
        }
        struct plane_component *to = &out->components[out->n_components++];
        to->factor = from->text;
        to->power = from->power;
        enum status status = scene_has_curve(scene, i, &to->has_curve);
        if (status) {
            return status;
        }
        if (!plane_ratio(from->prior, from->power, &to->lambda)) {
            scene->why = "a ratio (k + 1) / N is not a fraction of 64-bit numbers";
            return ST_UNABLE;
        }
        bool crosses = !work->at && scene_crosses_boundary(scene, i);
        if (fmpq_cmp_si(from->prior, -1) <= 0 && (to->has_curve || crosses)) {
            scene->why = "the prior cannot be integrated";
            return ST_DOMAIN;
        }
        if (!work->at && to->has_curve) {
            lower(&out->inside, &out->inside_multiplicity, to->lambda, 1);
            lower(&work->ordinary, &most, to->lambda, 1);
        }
        if (crosses) {
            lower(&work->ordinary, &most, to->lambda, 1);
            lower(&out->boundary, &out->boundary_multiplicity, to->lambda, 1);
        }
    }
    return ST_OK;
}

static enum status everywhere(struct work *work)
{
    struct scene *scene = &work->scene;
    struct plane_result *out = work->out;
    struct specials all = {0};
    enum status status = scene_specials(scene, &all);
    out->points = arena_new(scene->arena, all.n + all.crossings.n, sizeof *out->points);
    for (size_t i = 0; !status && i < all.n; i++) {
        struct special *special = &all.special[i];
        struct place place = {.field = special->field, .at = {special->at, special->at + 1}};
        struct plane_point *point = &out->points[out->n_points++];
        scene_walls(scene, &place);
        status = resolve_point(scene, &place, point);
        lower(point->on_boundary ? &out->boundary : &out->inside,
              point->on_boundary ? &out->boundary_multiplicity : &out->inside_multiplicity,
              point->lambda, point->multiplicity);
    }
    for (size_t i = 0; !status && i < all.crossings.n; i++) {
        struct plane_point *point = &out->points[out->n_points++];
        status = crossing_show(scene, &all.crossings.crossing[i], point);
        lower(&out->inside, &out->inside_multiplicity, point->lambda, point->multiplicity);
    }
    specials_clear(&all);
    return status;
}

static const char *explain(struct work *work)
{
    const struct plane_result *out = work->out;
    struct arena *arena = work->scene.arena;
    if (!out->has_zero) {
        return "K has no real zero in the box: exp(-n K) is exponentially small everywhere";
    }
    struct text text;
    char lambda[48];
    text_init(&text);
    rat_text(lambda, sizeof lambda, out->lambda);
    if (out->winner == SIZE_MAX) {
        text_addf(&text,
                  "Ordinary points of a curve of zeros have (k + 1) / N = %s; no point of "
                  "the box has less.",
                  lambda);
    } else {
        const struct plane_point *point = &out->points[out->winner];
        const struct resolution *resolution = point->resolution;
        text_addf(&text, "At (%s, %s) ", point->coordinate[0], point->coordinate[1]);
        if (resolution->n_blow_ups == 0) {
            text_add(&text, "K is a monomial in suitable coordinates; ");
        } else {
            text_addf(&text, "%zu blow-up%s make%s every real crossing normal; ",
                      resolution->n_blow_ups, resolution->n_blow_ups > 1 ? "s" : "",
                      resolution->n_blow_ups > 1 ? "" : "s");
        }
        text_addf(&text, "the least (k + 1) / N is %s, of", lambda);
        size_t n = 0;
        for (size_t i = 0; i < resolution->n_divisors; i++) {
            if (resolution->divisors[i].wins) {
                text_addf(&text, "%s %s", n++ ? "," : "", resolution->divisors[i].name);
            }
        }
        text_add(&text, out->multiplicity > 1 ? "; two of them meet." : ".");
    }
    const char *why = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
    return why;
}

static void conclude(struct work *work)
{
    struct plane_result *out = work->out;
    lower(&out->lambda, &out->multiplicity, out->inside, out->inside_multiplicity);
    lower(&out->lambda, &out->multiplicity, out->boundary, out->boundary_multiplicity);
    out->has_zero = out->lambda.den != 0;
    out->winner = SIZE_MAX;
    /* Ordinary points have it already unless two divisors meet or a point has less. */
    bool ordinary =
        !work->at && out->multiplicity == 1 && plane_rat_compare(work->ordinary, out->lambda) == 0;
    for (size_t i = out->n_points; out->has_zero && !ordinary && i-- > 0;) {
        if (plane_rat_compare(out->points[i].lambda, out->lambda) == 0 &&
            out->points[i].multiplicity == out->multiplicity) {
            out->winner = i;
        }
    }
    out->why = explain(work);
}

enum status plane_rlct(const struct plane_problem *problem, const char *const *at,
                       struct arena *arena, struct plane_result *out, const char **why)
{
    struct work work = {.out = out, .at = at};
    *out = (struct plane_result){.winner = SIZE_MAX, .why = ""};
    enum status status = scene_begin(&work.scene, problem, at, arena);
    if (!status) {
        status = at ? local(&work) : everywhere(&work);
    }
    if (!status) {
        status = components(&work);
    }
    if (!status) {
        conclude(&work);
    }
    *why = status ? work.scene.why : "";
    scene_clear(&work.scene);
    return status;
}
