/* Learning curves that several views draw. */
#include "view_learning.h"

#include <math.h>

#include "view_exact.h"
#include "view_run.h"
#include "view_text.h"

enum { THEORY_POINTS = 40, MARKED_ROWS = 12 };

bool learning_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct side *s = &snapshot->sides[side];
    return s->learned != NULL || (side_is_statistical(s) && !side_has_no_truth(s));
}

const struct learning_curve *learning_of(const struct side *s, const char *title,
                                         const struct area *area, struct arena *arena,
                                         struct figure *out)
{
    const struct learning_curve *c = s->learned;
    if (c != NULL && c->n_rows > 0)
        return c;
    struct side why = *s;
    why.why = not_null(s->learned_why)[0] != '\0' ? s->learned_why : NULL;
    if (why.why == NULL && !side_is_statistical(s))
        why.why = "a potential has no data to learn from: learning curves are of statistical "
                  "models (m to choose one, as product-regression)";
    figure_missing(&why, title, "losses over many data sets", area, arena, out);
    return NULL;
}

double learning_value(const struct learning_row *row, const struct learning_track *track)
{
    double value = row->mean[track->kind];
    return track->times_n ? row->n * value : value;
}

double learning_error(const struct learning_row *row, const struct learning_track *track)
{
    double error = row->error[track->kind];
    return track->times_n ? row->n * error : error;
}

const struct learning_row *learning_row_near(const struct learning_curve *c, double n)
{
    const struct learning_row *row = &c->rows[0];
    for (size_t i = 0; i < c->n_rows; i++)
        if (fabs(log(c->rows[i].n / n)) < fabs(log(row->n / n)))
            row = &c->rows[i];
    return row;
}

double learning_fluctuation(const struct learning_curve *c)
{
    for (size_t i = c->n_rows; i-- > 0;)
        if (isfinite(c->rows[i].mean[LEARN_FLUCTUATION]))
            return c->rows[i].mean[LEARN_FLUCTUATION];
    return NAN;
}

static void take_in(double value, double *low, double *high)
{
    if (isfinite(value)) {
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
}

static void add_track(struct curve_list *list, const struct learning_curve *c,
                      const struct learning_track *track, double *low_seen, double *high_seen)
{
    double *x, *y, *low, *high;
    size_t known = 0;
    for (size_t i = 0; i < c->n_rows; i++)
        known += isfinite(learning_value(&c->rows[i], track)) ? 1 : 0;
    if (known == 0)
        return;
    struct curve *curve = curve_list_line(list, c->n_rows, &x, &y);
    low = arena_new(list->arena, c->n_rows, sizeof *low);
    high = arena_new(list->arena, c->n_rows, sizeof *high);
    for (size_t i = 0; i < c->n_rows; i++) {
        double error = learning_error(&c->rows[i], track);
        x[i] = c->rows[i].n;
        y[i] = learning_value(&c->rows[i], track);
        low[i] = isfinite(error) ? y[i] - error : y[i];
        high[i] = isfinite(error) ? y[i] + error : y[i];
        take_in(y[i], low_seen, high_seen);
    }
    curve->low = low;
    curve->high = high;
    curve->role = track->role;
    curve->name = track->name;
    curve->marker = c->n_rows <= MARKED_ROWS ? MARKER_DOT : MARKER_NONE;
}

void learning_add_tracks(struct curve_list *list, const struct learning_curve *c,
                         const struct learning_track *tracks, size_t n, double *low, double *high)
{
    for (size_t i = 0; i < n; i++)
        add_track(list, c, &tracks[i], low, high);
}

static double theory_at(const struct learning_curve *c, const struct claim *claim,
                        const struct learning_track *track, double n)
{
    double value = learning_theory(track->kind, n, c->beta > 0 ? c->beta : 1, claim->rlct,
                                   (double)claim->multiplicity, learning_fluctuation(c));
    return track->times_n ? n * value : value;
}

void learning_add_theory(struct curve_list *list, const struct learning_curve *c,
                         const struct claim *claim, const struct learning_track *tracks, size_t n,
                         double *low, double *high)
{
    double from = c->rows[0].n, to = c->rows[c->n_rows - 1].n;
    bool named = false;
    for (size_t t = 0; claim->known && t < n; t++) {
        if (tracks[t].kind == LEARN_FLUCTUATION || !isfinite(theory_at(c, claim, &tracks[t], to)))
            continue;
        double *x, *y;
        struct curve *curve = curve_list_line(list, THEORY_POINTS, &x, &y);
        for (size_t i = 0; i < THEORY_POINTS; i++) {
            x[i] = from * pow(to / from, (double)i / (THEORY_POINTS - 1));
            y[i] = theory_at(c, claim, &tracks[t], x[i]);
            take_in(y[i], low, high);
        }
        curve->role = tracks[t].role;
        curve->style = LINE_DOTTED;
        curve->name = named ? NULL : "theory";
        named = true;
    }
}

const char *learning_sets(const struct learning_curve *c, struct arena *arena)
{
    const char *beta =
        c->beta > 0 && c->beta != 1 ? say(arena, ", β = %s", say_number(arena, c->beta, 3)) : "";
    return say(arena, "%zu data sets%s", c->n_sets, beta);
}
