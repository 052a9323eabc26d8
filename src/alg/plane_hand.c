/* A person's own resolution of a plane curve: moves are replayed, the last one is judged. */
#include "scene_private.h"

#include "cusp/mem.h"

#include <stdlib.h>
#include <string.h>

struct game {
    struct scene scene;
    struct tree tree;
    struct place place;
    struct hand *out;
    struct text verdict;
    bool wasted;      /* the last move was */
    size_t first_new; /* chart of the last move */
    size_t n_new;     /* charts of it */
};

/* --- moves ------------------------------------------------------------------------------------ */

static enum status refuse(struct game *game, const char *why)
{
    game->scene.why = why;
    return ST_INPUT;
}

static const char *blank(const char *s)
{
    while (*s == ' ' || *s == '\t') {
        s++;
    }
    return s;
}

/* A count at *s, which moves on; false if there is none. */
static bool read_count(const char **s, size_t *out)
{
    const char *p = blank(*s);
    size_t n = 0;
    bool any = false;
    for (; *p >= '0' && *p <= '9' && n < SIZE_MAX / 16; p++) {
        n = 10 * n + (size_t)(*p - '0');
        any = true;
    }
    *s = p;
    *out = n;
    return any;
}

/* A rational number at *s, up to one of the characters of stop. */
static bool read_number(struct game *game, const char **s, const char *stop, fmpq_t out)
{
    const char *begin = blank(*s), *end = begin + strcspn(begin, stop);
    *s = end;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    char *text = mem_copy_text(begin, (size_t)(end - begin));
    bool fine = scene_number(&game->scene, text, out) == ST_OK;
    mem_free(text);
    return fine;
}

static enum status read_centre(struct game *game, const char **s, size_t *chart, size_t *spot)
{
    struct tree *tree = &game->tree;
    *s = blank(*s);
    if (**s == '#') {
        ++*s;
        if (!read_count(s, spot) || *spot >= tree->chart[*chart]->n_spots) {
            return refuse(game, "that chart has no point of this number");
        }
        return ST_OK;
    }
    fmpq_t a, b;
    fmpq_init(a);
    fmpq_init(b);
    enum status status = ST_OK;
    bool fine = read_number(game, s, ",;", a) && **s == ',';
    if (fine) {
        ++*s;
        fine = read_number(game, s, ",;", b);
    }
    if (!fine) {
        status = refuse(game, "a centre is #NUMBER of a point or two rational numbers: 1/2,0");
    } else {
        tree->why = NULL;
        status = tree_locate(tree, chart, a, b, spot);
        game->scene.why = status ? tree->why : game->scene.why;
    }
    fmpq_clear(a);
    fmpq_clear(b);
    return status;
}

static enum status play(struct game *game, size_t chart, size_t spot)
{
    struct tree *tree = &game->tree;
    const struct spot *centre = &tree->chart[chart]->spot_list[spot];
    if (centre->child[0] != SIZE_MAX) {
        return refuse(game, "that point was blown up already");
    }
    game->wasted = centre->normal_crossing || !centre->over;
    game->out->n_wasted += game->wasted;
    game->first_new = tree->n_charts;
    game->n_new = 2;
    enum status status = tree_blow_up(tree, chart, spot);
    game->scene.why = status ? tree->why : game->scene.why;
    return status;
}

static enum status replay(struct game *game, const char *moves)
{
    enum status status = ST_OK;
    for (const char *s = blank(moves); !status && *s; s = blank(s)) {
        size_t chart = 0, spot = 0;
        if (*s == ';') {
            s++;
            continue;
        }
        if (!read_count(&s, &chart) || chart >= game->tree.n_charts) {
            return refuse(game, "a move is CHART CENTRE, and that chart is not there");
        }
        status = read_centre(game, &s, &chart, &spot);
        s = blank(s);
        if (!status && *s && *s != ';') {
            return refuse(game, "moves are separated by ;");
        }
        if (!status) {
            status = play(game, chart, spot);
        }
    }
    return status;
}

/* --- the verdict ------------------------------------------------------------------------------ */

/* Why a point is no normal crossing, from the branches as they are there. */
static void judge_spot(struct game *game, size_t c, const struct spot *spot)
{
    const struct tree *tree = &game->tree;
    const struct chart *chart = tree->chart[c];
    const struct resolution *shown = &game->out->resolution;
    struct text *out = &game->verdict;
    ulong worst = 0;
    size_t sharpest = 0, curve = SIZE_MAX, line = SIZE_MAX;
    for (size_t i = 0; i < chart->n_branches; i++) {
        struct lpoly p;
        lpoly_init(&p);
        lpoly_embed(chart->field, &chart->branch[i].p, spot->field, spot->image, &p);
        ulong order = lpoly_shift(spot->field, &p, spot->at, spot->at + 1) ? lpoly_order(&p) : 0;
        lpoly_clear(spot->field, &p);
        size_t divisor = chart->branch[i].divisor;
        if (order > worst) {
            worst = order;
            sharpest = divisor;
        }
        if (order > 0 && tree->divisor[divisor].exceptional) {
            line = divisor;
        } else if (order > 0) {
            curve = divisor;
        }
    }
    struct text at;
    text_init(&at);
    const struct resolution_chart *names = &shown->charts[c];
    size_t index = (size_t)(spot - chart->spot_list);
    text_addf(&at, "%s = %s, %s = %s of chart %zu", names->names[0],
              names->points[index].coordinate[0], names->names[1],
              names->points[index].coordinate[1], c);
    if (worst > 1) {
        text_addf(out, "%s %s still has multiplicity %lu at %s: not yet a normal crossing.",
                  c == 0 ? "the curve" : "the strict transform", shown->divisors[sharpest].name,
                  worst, text_get(&at));
    } else if (spot->n_through > 2) {
        text_addf(out, "more than two divisors meet at %s: not yet a normal crossing.",
                  text_get(&at));
    } else if (line != SIZE_MAX && curve != SIZE_MAX) {
        text_addf(out,
                  "the strict transform %s is smooth but tangent to %s at %s: not yet a normal "
                  "crossing.",
                  shown->divisors[curve].name, shown->divisors[line].name, text_get(&at));
    } else {
        text_addf(out, "%s and %s are tangent at %s: not yet a normal crossing.",
                  shown->divisors[spot->through[0]].name, shown->divisors[spot->through[1]].name,
                  text_get(&at));
    }
    text_done(&at);
}

static void judge(struct game *game)
{
    const struct tree *tree = &game->tree;
    struct hand *out = game->out;
    struct text *text = &game->verdict;
    text_clear(text);
    if (out->done) {
        char lambda[48];
        rat_text(lambda, sizeof lambda, out->resolution.lambda);
        text_addf(
            text, "%sDone: every real crossing is normal after %zu blow-up%s%s, λ = %s, m = %ld.",
            game->wasted ? "That blow-up was not needed. " : "", tree->n_blow_ups,
            tree->n_blow_ups == 1 ? "" : "s", out->n_wasted > 0 ? " (not the shortest way)" : "",
            lambda, out->resolution.multiplicity);
        return;
    }
    if (game->n_new > 0 && game->wasted) {
        text_add(text, "That point was a normal crossing already, or not over the point: the "
                       "blow-up was not needed. ");
    }
    const char *lead = game->n_new == 0 ? "At the start " : "After this blow-up ";
    for (size_t k = 0; k < (game->n_new ? game->n_new : 1); k++) {
        size_t c = game->first_new + k;
        for (size_t i = 0; i < tree->chart[c]->n_spots; i++) {
            const struct spot *spot = &tree->chart[c]->spot_list[i];
            if (!spot->normal_crossing && spot->over && spot->child[0] == SIZE_MAX) {
                text_add(text, lead);
                judge_spot(game, c, spot);
                return;
            }
        }
    }
    text_addf(text, "%sall that is new crosses normally; %zu other point%s left.", lead,
              out->n_open, out->n_open == 1 ? " is" : "s are");
}

static enum status finish(struct game *game)
{
    struct hand *out = game->out;
    struct scene *scene = &game->scene;
    struct rat lambda = {0, 0};
    long multiplicity = 0;
    enum status status = ST_OK;
    out->n_open = tree_n_open(&game->tree);
    out->done = out->n_open == 0;
    if (out->done) {
        status = tree_lambda(&game->tree, &lambda, &multiplicity);
        scene->why = status ? game->tree.why : scene->why;
    }
    if (!status) {
        status = tree_show(&game->tree, &game->place, scene->problem->names, lambda, multiplicity,
                           scene->arena, &out->resolution);
        scene->why = "a ratio (k + 1) / N is not a fraction of 64-bit numbers";
    }
    if (!status) {
        judge(game);
        out->verdict = arena_text(scene->arena, text_get(&game->verdict), game->verdict.length);
    }
    return status;
}

/* What the shortest way takes: every point that is no normal crossing has to be blown up. */
static enum status count_needed(struct game *game)
{
    struct scene *scene = &game->scene;
    enum status status =
        tree_begin(&game->tree, scene->component, scene->n, scene->content, &game->place);
    if (!status) {
        status = tree_resolve(&game->tree);
    }
    scene->why = status ? game->tree.why : scene->why;
    game->out->n_needed = game->tree.n_blow_ups;
    tree_clear(&game->tree);
    return status;
}

enum status plane_by_hand(const struct plane_problem *problem, const char *const *at,
                          const char *moves, struct arena *arena, struct hand *out,
                          const char **why)
{
    struct game game = {.out = out};
    *out = (struct hand){.verdict = ""};
    text_init(&game.verdict);
    enum status status = scene_begin(&game.scene, problem, at, arena);
    nf_elem_struct *rows = field_row(game.scene.rationals, 2);
    if (!status) {
        status = scene_at(&game.scene, at, rows, &game.place);
    }
    if (!status) {
        status = count_needed(&game);
    }
    if (!status) {
        status = tree_begin(&game.tree, game.scene.component, game.scene.n, game.scene.content,
                            &game.place);
        game.scene.why = status ? game.tree.why : game.scene.why;
        if (!status) {
            status = replay(&game, moves);
        }
        if (!status) {
            status = finish(&game);
        }
        tree_clear(&game.tree);
    }
    *why = status ? game.scene.why : "";
    field_row_free(game.scene.rationals, rows, 2);
    text_done(&game.verdict);
    scene_clear(&game.scene);
    return status;
}
