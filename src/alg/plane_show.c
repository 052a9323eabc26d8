/* A tree of blow-ups as plain data: charts with their texts, divisors, meetings. */
#include "plane_private.h"

#include "cusp/mem.h"

enum { MOST_TEXT = 40 /* terms */, MOST_PICTURE = 4000 };

struct show {
    const struct tree *tree;
    const struct place *place;
    const char *const *names;
    struct arena *arena;
    struct resolution *out;
};

static const char *keep(struct show *show, struct text *text)
{
    const char *s = arena_text(show->arena, text_get(text), text->length);
    text_clear(text);
    return s;
}

static void name_charts(struct show *show)
{
    struct text text;
    text_init(&text);
    const struct place *place = show->place;
    bool moved = !nf_elem_is_zero(place->at[0], place->field->nf) ||
                 !nf_elem_is_zero(place->at[1], place->field->nf);
    for (size_t c = 0; c < show->tree->n_charts; c++) {
        for (int k = 0; k < 2; k++) {
            if (c == 0) {
                text_addf(&text, moved ? "%s'" : "%s", show->names[k]);
            } else {
                text_addf(&text, "%c%zu", k ? 'v' : 'u', c);
            }
            show->out->charts[c].names[k] = keep(show, &text);
        }
    }
    text_done(&text);
}

/* "√2 + u v" with a number before a monomial. */
static void add_moved(const struct field *field, const nf_elem_t by, const char *monomial,
                      struct text *out)
{
    if (!nf_elem_is_zero(by, field->nf)) {
        field_text_coefficient(field, by, out);
        text_add(out, " + ");
    }
    text_add(out, monomial);
}

static void show_substitution(struct show *show, size_t c)
{
    const struct chart *chart = show->tree->chart[c];
    struct resolution_chart *out = &show->out->charts[c];
    const char *const *parent = c == 0 ? show->names : show->out->charts[chart->parent].names;
    struct text text, monomial;
    text_init(&text);
    text_init(&monomial);
    for (int k = 0; k < 2; k++) {
        if (c == 0) {
            text_addf(&monomial, "%s", out->names[k]);
        } else if (k == chart->which) {
            text_addf(&monomial, "%s", out->names[k]);
        } else {
            text_addf(&monomial, "%s %s", out->names[0], out->names[1]);
        }
        text_addf(&text, "%s%s = ", k ? ", " : "", parent[k]);
        add_moved(chart->field, chart->centre + k, text_get(&monomial), &text);
        text_clear(&monomial);
    }
    if (chart->field->degree > 2) {
        text_add(&text, ", a = ");
        field_text_generator(chart->field, &text);
    }
    out->substitution = keep(show, &text);
    for (int k = 0; k < 2; k++) {
        text_addf(&text, "%s%s = ", k ? ", " : "", parent[k]);
        field_text_coordinate(chart->field, chart->centre + k, &text);
    }
    out->centre_text = keep(show, &text);
    text_done(&monomial);
    text_done(&text);
}

/* One factor of a product: "u^6", "(v - 1)^2"; the power as text, "" for 1. */
static void add_factor(const struct chart *chart, const struct branch *branch,
                       const char *const names[2], const char *power, struct text *out)
{
    if (out->length > 0) {
        text_add(out, " ");
    }
    bool variable = lpoly_is_variable(chart->field, &branch->p, 0) ||
                    lpoly_is_variable(chart->field, &branch->p, 1);
    if (!variable) {
        text_add(out, "(");
    }
    lpoly_text(chart->field, &branch->p, names, MOST_TEXT, out);
    if (!variable) {
        text_add(out, ")");
    }
    if (power[0]) {
        text_addf(out, "^%s", power);
    }
}

static void show_products(struct show *show, size_t c)
{
    const struct chart *chart = show->tree->chart[c];
    struct resolution_chart *out = &show->out->charts[c];
    struct text total, jacobian, strict, power;
    text_init(&total);
    text_init(&jacobian);
    text_init(&strict);
    text_init(&power);
    if (!nf_elem_is_one(chart->unit, chart->field->nf)) {
        bool many = field_text_coefficient(chart->field, chart->unit, &power) > 1;
        text_addf(&total, many ? "(%s)" : "%s", text_get(&power));
        text_clear(&power);
    }
    for (size_t i = 0; i < chart->n_branches; i++) {
        const struct branch *branch = &chart->branch[i];
        const struct branch_divisor *divisor = &show->tree->divisor[branch->divisor];
        if (divisor->power > 0) {
            if (divisor->power > 1)
                text_addf(&power, "%ld", divisor->power);
            add_factor(chart, branch, out->names, text_get(&power), &total);
            text_clear(&power);
        }
        if (!fmpq_is_zero(divisor->prior)) {
            char *k = fmpq_get_str(NULL, 10, divisor->prior);
            bool plain = fmpz_is_one(fmpq_denref(divisor->prior)) && fmpq_sgn(divisor->prior) > 0;
            if (!fmpq_is_one(divisor->prior))
                text_addf(&power, plain ? "%s" : "(%s)", k);
            add_factor(chart, branch, out->names, text_get(&power), &jacobian);
            text_clear(&power);
            flint_free(k);
        }
        if (divisor->power > 0 && !divisor->exceptional) {
            add_factor(chart, branch, out->names, "", &strict);
        }
    }
    text_add(&total, total.length ? "" : "1");
    text_add(&jacobian, jacobian.length ? "" : "1");
    text_add(&strict, strict.length ? "" : "1");
    out->total = keep(show, &total);
    out->jacobian = keep(show, &jacobian);
    out->strict = keep(show, &strict);
    text_done(&total);
    text_done(&jacobian);
    text_done(&strict);
    text_done(&power);
}

/* The product of the strict transforms with decimal coefficients. */
static void show_picture(struct show *show, size_t c)
{
    const struct chart *chart = show->tree->chart[c];
    struct resolution_chart *out = &show->out->charts[c];
    const struct field *field = chart->field;
    struct lpoly product;
    bool any = false, fits = true;
    lpoly_init(&product);
    for (size_t i = 0; fits && i < chart->n_branches; i++) {
        const struct branch_divisor *divisor = &show->tree->divisor[chart->branch[i].divisor];
        if (divisor->power == 0 || divisor->exceptional) {
            continue;
        }
        struct lpoly next;
        lpoly_init(&next);
        if (any) {
            fits = lpoly_multiply(field, &product, &chart->branch[i].p, MOST_PICTURE, &next);
        } else {
            lpoly_embed(field, &chart->branch[i].p, field, NULL, &next);
        }
        lpoly_clear(field, &product);
        product = next;
        any = true;
    }
    if (any && fits && product.n <= MOST_PICTURE) {
        struct text text;
        text_init(&text);
        out->n_terms = (size_t)product.n;
        out->exponents = arena_new(show->arena, out->n_terms, sizeof *out->exponents);
        out->coefficients = arena_new(show->arena, out->n_terms, sizeof *out->coefficients);
        for (size_t i = 0; i < out->n_terms; i++) {
            out->exponents[i][0] = product.term[i].e[0];
            out->exponents[i][1] = product.term[i].e[1];
            field_text_decimal(field, &product.term[i].c, 17, &text);
            out->coefficients[i] = keep(show, &text);
        }
        text_done(&text);
    }
    lpoly_clear(field, &product);
}

static void show_points(struct show *show, size_t c)
{
    const struct chart *chart = show->tree->chart[c];
    struct resolution_chart *out = &show->out->charts[c];
    struct text text;
    text_init(&text);
    out->n_points = chart->n_spots;
    out->points = arena_new(show->arena, chart->n_spots, sizeof *out->points);
    out->normal_crossing = true;
    for (size_t k = 0; k < chart->n_spots; k++) {
        const struct spot *spot = &chart->spot_list[k];
        struct resolution_point *point = &out->points[k];
        for (int i = 0; i < 2; i++) {
            field_text_coordinate(spot->field, spot->at + i, &text);
            point->coordinate[i] = keep(show, &text);
            field_text_decimal(spot->field, spot->at + i, 17, &text);
            point->decimal[i] = keep(show, &text);
        }
        point->normal_crossing = spot->normal_crossing;
        for (size_t i = 0; i < RESOLUTION_MAX_VARS; i++) {
            point->children[i] = i < 2 ? spot->child[i] : SIZE_MAX;
        }
        point->n_children = spot->child[0] == SIZE_MAX ? 0 : 2;
        out->normal_crossing = out->normal_crossing && (spot->normal_crossing || !spot->over);
    }
    text_done(&text);
}

static void show_chart(struct show *show, size_t c)
{
    const struct chart *chart = show->tree->chart[c];
    struct resolution_chart *out = &show->out->charts[c];
    out->parent = chart->parent;
    out->blow_up = chart->blow_up;
    out->depth = chart->depth;
    out->centre = chart->spot;
    for (size_t i = 0; i < RESOLUTION_MAX_VARS; i++) {
        out->divisor[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < chart->n_branches; i++) {
        for (int k = 0; k < 2; k++) {
            if (lpoly_is_variable(chart->field, &chart->branch[i].p, k)) {
                out->divisor[k] = chart->branch[i].divisor;
            }
        }
    }
    show_substitution(show, c);
    show_products(show, c);
    show_picture(show, c);
    show_points(show, c);
}

static enum status show_divisors(struct show *show)
{
    const struct tree *tree = show->tree;
    struct resolution *out = show->out;
    size_t count[3] = {0};
    struct text text;
    text_init(&text);
    out->n_divisors = tree->n_divisors;
    out->divisors = arena_new(show->arena, tree->n_divisors, sizeof *out->divisors);
    bool fits = true;
    for (size_t i = 0; i < tree->n_divisors; i++) {
        const struct branch_divisor *divisor = &tree->divisor[i];
        struct resolution_divisor *d = &out->divisors[i];
        int kind = divisor->exceptional ? 0 : divisor->edge ? 1 : 2;
        text_addf(&text, "%c%zu", "EBC"[kind], ++count[kind]);
        d->name = keep(show, &text);
        d->of = divisor->exceptional ? "" : divisor->of;
        d->multiplicity = divisor->power;
        d->exceptional = divisor->exceptional;
        d->chart = divisor->chart;
        fits = fits && plane_rat(divisor->prior, &d->jacobian) &&
               plane_ratio(divisor->prior, divisor->power, &d->ratio);
        d->wins = divisor->seen && divisor->power > 0 && out->lambda.den &&
                  plane_rat_compare(d->ratio, out->lambda) == 0;
    }
    text_done(&text);
    return fits ? ST_OK : ST_UNABLE;
}

static void show_meetings(struct show *show)
{
    const struct tree *tree = show->tree;
    struct resolution *out = show->out;
    size_t n = 0;
    struct text text;
    text_init(&text);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t c = 0; c < tree->n_charts; c++) {
            for (size_t k = 0; k < tree->chart[c]->n_spots; k++) {
                const struct spot *spot = &tree->chart[c]->spot_list[k];
                if (spot->child[0] != SIZE_MAX || spot->n_through != 2 || !spot->over ||
                    !spot->normal_crossing) {
                    continue;
                }
                if (pass == 0) {
                    n++;
                    continue;
                }
                struct resolution_meeting *meeting = &out->meetings[out->n_meetings++];
                meeting->a = spot->through[0];
                meeting->b = spot->through[1];
                meeting->wins =
                    spot->seen && out->divisors[meeting->a].wins && out->divisors[meeting->b].wins;
                const struct resolution_chart *chart = &out->charts[c];
                text_addf(&text, "chart %zu, %s = %s, %s = %s", c, chart->names[0],
                          chart->points[k].coordinate[0], chart->names[1],
                          chart->points[k].coordinate[1]);
                meeting->where = keep(show, &text);
            }
        }
        if (pass == 0) {
            out->meetings = arena_new(show->arena, n, sizeof *out->meetings);
        }
    }
    text_done(&text);
}

enum status tree_show(const struct tree *tree, const struct place *place,
                      const char *const names[2], struct rat lambda, long multiplicity,
                      struct arena *arena, struct resolution *out)
{
    *out = (struct resolution){.n_vars = 2,
                               .n_charts = tree->n_charts,
                               .n_blow_ups = tree->n_blow_ups,
                               .lambda = lambda,
                               .multiplicity = multiplicity};
    struct show show = {.tree = tree, .place = place, .names = names, .arena = arena, .out = out};
    out->charts = arena_new(arena, tree->n_charts, sizeof *out->charts);
    name_charts(&show);
    for (size_t c = 0; c < tree->n_charts; c++) {
        show_chart(&show, c);
    }
    enum status status = show_divisors(&show);
    if (!status) {
        show_meetings(&show);
    }
    return status;
}
