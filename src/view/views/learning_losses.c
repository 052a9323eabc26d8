/* Learning curves: n times the excess losses against n, over many data sets, with theory's lines.
 */
#include "cusp/view.h"

#include <math.h>

#include "../view_learning.h"
#include "../view_text.h"
#include "../views.h"

/* What settles as n grows: losses n times, ν as it is. */
static const struct learning_track tracks[] = {
    {LEARN_GEN_LOSS, ROLE_CLASS_1, "n (G − S)", true},
    {LEARN_TRAIN_LOSS, ROLE_CLASS_2, "n (T − Sn)", true},
    {LEARN_GIBBS_GEN, ROLE_CLASS_3, "n E[K]", true},
    {LEARN_GIBBS_TRAIN, ROLE_CLASS_5, "n (E[Ln] − Sn)", true},
    {LEARN_WAIC, ROLE_CLASS_4, "n (WAIC − Sn)", true},
    {LEARN_FLUCTUATION, ROLE_CLASS_6, "ν", false},
};
enum { TRACKS = sizeof tracks / sizeof tracks[0] };

static const char *learning_note(const struct snapshot *snapshot, const struct learning_curve *c,
                                 const struct claim *claim, const struct area *area,
                                 struct arena *arena)
{
    const struct learning_row *row = learning_row_near(c, snapshot->state.n);
    const char *n = say_number(arena, row->n, 4);
    const char *gen =
        say_mean(arena, learning_value(row, &tracks[0]), learning_error(row, &tracks[0]));
    const char *train =
        say_mean(arena, learning_value(row, &tracks[1]), learning_error(row, &tracks[1]));
    const char *to = claim->known ? say(arena, " → λ = %s", claim->lambda) : "";
    double nu = learning_fluctuation(c);
    const char *other =
        claim->known && isfinite(nu)
            ? say(arena, " → λ − 2ν = %s", say_number(arena, claim->rlct - 2 * nu, 2))
            : "";
    /* E[G] is the slope of λ log n − (m − 1) log log n. */
    const char *slow =
        claim->known && claim->multiplicity > 1 && row->n > 2
            ? say(arena, ", held %s below by (m − 1)/log n",
                  say_number(arena, (double)(claim->multiplicity - 1) / log(row->n), 2))
            : "";
    return SAY_FIT(
        arena, area,
        say(arena, "n = %s: n (G − S) = %s%s%s; n (T − Sn) = %s%s", n, gen, to, slow, train, other),
        say(arena,
            "n = %s: n (G − S) = %s%s, n (T − Sn) = %s%s: what fits the data looks "
            "better on them by 2ν",
            n, gen, to, train, other),
        say(arena, "n = %s: n (G − S) = %s%s, n (T − Sn) = %s%s", n, gen, to, train, other),
        say(arena, "n = %s: n (G − S) = %s%s%s", n, gen, to, slow),
        say(arena, "n = %s: n (G − S) = %s%s", n, gen, to), say(arena, "n (G − S) = %s", gen));
}

static void learning_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                           struct arena *arena, struct figure *out)
{
    const struct side *s = &snapshot->sides[side];
    const struct learning_curve *c = learning_of(s, "Learning curves", area, arena, out);
    if (c == NULL)
        return;
    struct curve_list list = {.arena = arena};
    struct claim claim = claim_of(s, arena);
    double low = 0, high = 0.1, from = c->rows[0].n, to = c->rows[c->n_rows - 1].n;
    learning_add_tracks(&list, c, tracks, TRACKS, &low, &high);
    double cap = fmax(3 * fmax(claim.regular, 0.5), 0.1);
    learning_add_theory(&list, c, &claim, tracks, TRACKS, &low, &high);
    from = from > 0 ? from : 1;
    to = to > from ? to : 2 * from;
    low = fmax(low, -cap);
    high = fmin(high, cap);
    const char *sets = learning_sets(c, arena);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         say(arena, "Learning curves over %s: n × excess loss, against n", sets),
                         say(arena, "Learning curves over %s", sets), "Learning curves"),
        .note = learning_note(snapshot, c, &claim, area, arena),
        .x = {.label = "n", .unit = "", .low = from, .high = to, .scale = SCALE_LOG10},
        .y = {.label = "n × loss",
              .unit = "nats",
              .low = low - 0.05 * (high - low),
              .high = high + 0.05 * (high - low)},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(s, s->busy, out);
}

const struct view view_learning = {
    .name = "learning",
    .title = "Learning curves",
    .help = "What is gained from n observations, as means over many data sets: generalisation, "
            "training and Gibbs losses and WAIC, each n times its excess over the truth, and the "
            "singular fluctuation ν; dotted: what theory says of them from λ and ν.",
    .topic = TOPIC_LEARNING,
    .min_width = 34,
    .min_height = 8,
    .needs = SESSION_RLCT | SESSION_LEARN,
    .weight = 4,
    .applies = learning_applies,
    .build = learning_build,
};
