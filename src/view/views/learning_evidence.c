/* Evidence over data sets: free energy and WBIC against n, and WAIC beside leave-one-out. */
#include "cusp/view.h"

#include <math.h>

#include "../view_learning.h"
#include "../view_text.h"
#include "../views.h"

static const struct learning_track tracks[] = {
    {LEARN_FREE_ENERGY, ROLE_CLASS_1, "F_n − n S_n", false},
    {LEARN_WBIC, ROLE_CLASS_2, "WBIC − n S_n", false},
    {LEARN_WAIC, ROLE_CLASS_4, "n (WAIC − Sn)", true},
    {LEARN_LOO, ROLE_CLASS_3, "n (LOO − Sn)", true},
    {LEARN_VARIANCE, ROLE_CLASS_6, "V", false},
};
enum { TRACKS = sizeof tracks / sizeof tracks[0], FREE_ENERGY = 0, WBIC = 1, WAIC = 2, LOO = 3 };

static const char *evidence_note(const struct learning_row *row, const struct area *area,
                                 struct arena *arena)
{
    const char *said[TRACKS];
    for (size_t i = 0; i < TRACKS; i++)
        said[i] = say_mean(arena, learning_value(row, &tracks[i]), learning_error(row, &tracks[i]));
    const char *n = say_number(arena, row->n, 4);
    return SAY_FIT(
        arena, area,
        say(arena,
            "n = %s: F_n − n S_n = %s, WBIC %s; n (WAIC − Sn) = %s, leave-one-out %s: two ways to "
            "one loss",
            n, said[FREE_ENERGY], said[WBIC], said[WAIC], said[LOO]),
        say(arena, "n = %s: F_n − n S_n = %s, WBIC %s, WAIC %s, LOO %s", n, said[FREE_ENERGY],
            said[WBIC], said[WAIC], said[LOO]),
        say(arena, "n = %s: F_n − n S_n = %s, WBIC %s", n, said[FREE_ENERGY], said[WBIC]),
        say(arena, "F_n − n S_n = %s", said[FREE_ENERGY]));
}

static void evidence_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                           struct arena *arena, struct figure *out)
{
    const struct side *s = &snapshot->sides[side];
    const struct learning_curve *c = learning_of(s, "Free energy and WBIC", area, arena, out);
    if (c == NULL)
        return;
    struct curve_list list = {.arena = arena};
    struct claim claim = claim_of(s, arena);
    double low = 0, high = 0.1, from = c->rows[0].n, to = c->rows[c->n_rows - 1].n;
    learning_add_tracks(&list, c, tracks, TRACKS, &low, &high);
    learning_add_theory(&list, c, &claim, tracks, FREE_ENERGY + 1, &low, &high);
    const char *sets = learning_sets(c, arena);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         say(arena, "Free energy, WBIC, WAIC and leave-one-out over %s", sets),
                         say(arena, "Free energy and WBIC over %s", sets), "Free energy, WBIC"),
        .note = evidence_note(learning_row_near(c, snapshot->state.n), area, arena),
        .x = {.label = "n",
              .unit = "",
              .low = from,
              .high = to > from ? to : 2 * from,
              .scale = SCALE_LOG10},
        .y = {.label = "nats",
              .unit = "",
              .low = low - 0.05 * (high - low),
              .high = high + 0.05 * (high - low)},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(s, s->busy, out);
}

const struct view view_evidence = {
    .name = "evidence-curves",
    .title = "Free energy and WBIC",
    .help =
        "Means over many data sets: the free energy and its estimate WBIC, above n S_n; WAIC and "
        "leave-one-out, two estimates of the loss on new data; and the functional variance V. "
        "Dotted: λ log n − (m − 1) log log n.",
    .topic = TOPIC_LEARNING,
    .min_width = 34,
    .min_height = 8,
    .needs = SESSION_RLCT | SESSION_LEARN,
    .weight = 4,
    .applies = learning_applies,
    .build = evidence_build,
};
