/* Trace: how well the particles did on their way to n: evidence, effective size, mixing. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

/* The common log axis of shares, R-hat − 1 and nats. */
#define TRACE_LOW 1e-3
#define TRACE_HIGH 10.0

/* R-hat − 1 beyond this is a warning. */
#define RHAT_LIMIT 0.05

static bool trace_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct side *s = &snapshot->sides[side];
    return s->trace != NULL || s->particles != NULL || side_is_statistical(s) || s->model->dim > 3;
}

enum track { TRACK_ESS, TRACK_ACCEPTANCE, TRACK_RHAT, TRACK_ERROR, TRACK_COUNT };

static double track_value(const struct trace_row *row, enum track track, double n_particles)
{
    switch (track) {
    case TRACK_ESS:
        return row->ess / n_particles;
    case TRACK_ACCEPTANCE:
        return row->acceptance;
    case TRACK_RHAT:
        return row->rhat - 1;
    case TRACK_ERROR:
        return row->log_z_error;
    case TRACK_COUNT:
        break;
    }
    return NAN;
}

static void add_track(struct curve_list *list, const struct trace *t, enum track track,
                      double n_particles)
{
    static const struct {
        const char *name;
        enum role role;
        enum line_style style;
    } tracks[TRACK_COUNT] = {
        [TRACK_ESS] = {"ESS share", ROLE_GOOD, LINE_SOLID},
        [TRACK_ACCEPTANCE] = {"acceptance", ROLE_DIM, LINE_DASHED},
        [TRACK_RHAT] = {"R-hat − 1", ROLE_SINGULAR, LINE_SOLID},
        [TRACK_ERROR] = {"error of log Z", ROLE_REGULAR, LINE_DASHED},
    };
    double *x, *y;
    struct curve *curve = curve_list_line(list, t->n_rows, &x, &y);
    for (size_t i = 0; i < t->n_rows; i++) {
        double value = track_value(&t->rows[i], track, n_particles);
        x[i] = t->rows[i].n;
        /* What is too good to be seen lies on the edge. */
        y[i] = isfinite(value) ? fmin(fmax(value, TRACE_LOW), TRACE_HIGH) : NAN;
    }
    curve->role = tracks[track].role;
    curve->style = tracks[track].style;
    curve->name = tracks[track].name;
    if (t->n_rows == 1)
        curve->marker = MARKER_DOT;
}

/* Where the islands did not tell the same story. */
static size_t add_doubts(struct curve_list *list, const struct trace *t)
{
    double *x, *y;
    size_t count = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        count += t->rows[i].disagree;
    if (count == 0)
        return 0;
    struct curve *curve = curve_list_line(list, count, &x, &y);
    for (size_t i = 0, k = 0; i < t->n_rows; i++) {
        if (!t->rows[i].disagree)
            continue;
        double rhat = t->rows[i].rhat - 1;
        x[k] = t->rows[i].n;
        y[k++] = isfinite(rhat) ? fmin(fmax(rhat, TRACE_LOW), TRACE_HIGH) : TRACE_HIGH;
    }
    curve->role = ROLE_WARNING;
    curve->marker = MARKER_CROSS;
    curve->no_line = true;
    curve->name = "islands disagree";
    return count;
}

static const struct trace_row *row_at(const struct trace *t, double n)
{
    const struct trace_row *row = &t->rows[0];
    for (size_t i = 0; i < t->n_rows; i++)
        if (t->rows[i].n <= n * (1 + 1e-9))
            row = &t->rows[i];
    return row;
}

/* With as many decimals as its error allows: "−1426.98 ± 0.15". */
static const char *say_log_z(const struct trace_row *row, struct arena *arena)
{
    if (!isfinite(row->log_z) || !(row->log_z_error > 0) || !(fabs(row->log_z) < 1e12))
        return say_mean(arena, row->log_z, row->log_z_error);
    int decimals = (int)fmin(fmax(1 - floor(log10(row->log_z_error)), 0), 6);
    return say(arena, "%s%.*f ± %s", row->log_z < 0 ? "−" : "", decimals, fabs(row->log_z),
               say_number(arena, row->log_z_error, 2));
}

static const char *trace_note(const struct side *side, const struct trace_row *row, double ess,
                              const struct area *area, struct arena *arena)
{
    const char *warning = trust_warning(side, area, arena);
    if (warning != NULL)
        return warning;
    const char *log_z = say_log_z(row, arena);
    const char *size = say_number(arena, row->ess, 3);
    bool low = ess<0.1, slow = row->rhat - 1> RHAT_LIMIT;
    const char *verdict = row->disagree ? "do not trust it: the islands disagree"
                          : slow        ? "take care: the islands differ more than they should"
                          : low         ? "take care: few of the particles are worth anything"
                                        : "it can be trusted: the islands agree";
    const char *word = row->disagree || slow || low ? "take care" : "can be trusted";
    return SAY_FIT(arena, area,
                   say(arena, "log Z = %s nats at n = %s, ESS %s, R-hat = %.3f: %s", log_z,
                       say_number(arena, row->n, 4), size, row->rhat, verdict),
                   say(arena, "log Z = %s, ESS %s, R-hat = %.3f: %s", log_z, size, row->rhat, word),
                   say(arena, "log Z = %s: %s", log_z, word),
                   say(arena, "R-hat = %.2f: %s", row->rhat, word));
}

static void trace_build(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                        struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct trace *t = side->trace;
    if (t == NULL || t->n_rows == 0) {
        struct side why = *side;
        if (side->posterior != NULL && side->posterior->n_particles == 0)
            why.why = "this posterior is integrated, not sampled: there is no run to look at";
        figure_missing(&why, "The run of particles", "the run", area, arena, out);
        return;
    }
    double n_particles = side->particles != NULL && side->particles->n_particles > 0
                             ? (double)side->particles->n_particles
                             : 1;
    for (size_t i = 0; side->particles == NULL && i < t->n_rows; i++)
        n_particles = fmax(n_particles, t->rows[i].ess);
    struct curve_list list = {.arena = arena};
    for (int k = 0; k < TRACK_COUNT; k++)
        add_track(&list, t, (enum track)k, n_particles);
    add_doubts(&list, t);
    const struct trace_row *row = row_at(t, snapshot->state.n);
    double high = fmax(sheet_n_max(snapshot), t->rows[t->n_rows - 1].n);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title =
            SAY_FIT(arena, area,
                    say(arena, "The run of %s particles: shares, R-hat − 1 and nats, against n",
                        say_number(arena, n_particles, 5)),
                    "The run of particles against n", "The run"),
        .note = trace_note(side, row, row->ess / n_particles, area, arena),
        .x = {.label = "n", .unit = "", .low = 1, .high = fmax(high, 10), .scale = SCALE_LOG10},
        .y = {.label = "share, nats",
              .unit = "",
              .low = TRACE_LOW,
              .high = TRACE_HIGH,
              .scale = SCALE_LOG10},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(side, side_is_past(snapshot, side_index), out);
}

const struct view view_trace = {
    .name = "trace",
    .title = "Run of particles",
    .help = "Whether the sampler can be trusted, n by n: the effective share of its particles and "
            "the share of moves accepted (high is good), how much its independent islands differ "
            "(R-hat − 1) and the error of the log evidence in nats (low is good).",
    .needs = SESSION_ALL,
    .min_width = 30,
    .min_height = 6,
    .weight = 3,
    .applies = trace_applies,
    .build = trace_build,
};
