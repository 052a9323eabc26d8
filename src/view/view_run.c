/* What belongs to a run on data: which n, data, temperature and knobs a picture is of, and whether
   it can be trusted. */
#include "view_run.h"

#include <math.h>
#include <string.h>

#include "view_curves.h"
#include "view_text.h"
#include "cusp/likelihood.h"

bool side_is_statistical(const struct side *side)
{
    return side->model->likelihood != NULL;
}

bool side_has_no_truth(const struct side *side)
{
    return side->model->likelihood != NULL && !side->model->likelihood->has_truth;
}

const char *say_at(const struct snapshot *snapshot, size_t side, double n, struct arena *arena)
{
    const struct side *s = &snapshot->sides[side];
    const struct posterior *p = s->posterior;
    double beta = p != NULL && p->beta > 0 ? p->beta : snapshot->state.beta;
    const char *out = say(arena, "n = %s", say_number(arena, n, 4));
    uint64_t seed = p != NULL ? p->data_seed : snapshot->state.data_seed;
    if (side_has_no_truth(s))
        out = isfinite(s->n_max) && s->n_max > n
                  ? say(arena, "%s of %s rows", out, say_number(arena, s->n_max, 7))
                  : say(arena, "%s, all rows", out);
    else if (side_is_statistical(s) && seed > 0)
        out = say(arena, "%s, data set %llu", out, (unsigned long long)seed);
    if (beta > 0 && beta != 1)
        out = say(arena, "%s, β = %s", out, say_number(arena, beta, 3));
    return out;
}

const char *say_at_brief(const struct snapshot *snapshot, size_t side, double n,
                         struct arena *arena)
{
    const char *whole = say_at(snapshot, side, n, arena), *data = strstr(whole, ", data set ");
    return data == NULL ? whole
                        : say(arena, "%.*s, set %s", (int)(data - whole), whole,
                              data + strlen(", data set "));
}

bool side_is_past(const struct snapshot *snapshot, size_t side)
{
    const struct side *s = &snapshot->sides[side];
    double wanted = s->data_n > 0 ? s->data_n : snapshot->state.n;
    return s->is_past || (s->posterior != NULL && s->posterior->n != wanted);
}

/* "n = 300" and what else was different then. */
static const char *past_of(const struct snapshot *snapshot, const struct side *side,
                           struct arena *arena)
{
    const struct posterior *p = side->posterior;
    const struct state *state = &snapshot->state;
    const char *out = say(arena, "n = %s", say_number(arena, p->n, 4));
    for (size_t k = 0; p->knob_values != NULL && k < side->model->n_knobs; k++)
        if (p->knob_values[k] != side->model->knobs[k].value)
            out = say(arena, "%s, %s = %s", out, side->model->knobs[k].name,
                      say_number(arena, p->knob_values[k], 4));
    if (side_is_statistical(side) && p->data_seed > 0 && p->data_seed != state->data_seed)
        out = say(arena, "%s, data set %llu", out, (unsigned long long)p->data_seed);
    if (p->beta > 0 && state->beta > 0 && p->beta != state->beta)
        out = say(arena, "%s, β = %s", out, say_number(arena, p->beta, 3));
    return out;
}

const char *past_note(const struct snapshot *snapshot, size_t side, const struct area *area,
                      struct arena *arena)
{
    const struct side *s = &snapshot->sides[side];
    if (s->posterior == NULL)
        return "computing …";
    const char *of = past_of(snapshot, s, arena);
    double wanted = s->data_n > 0 ? s->data_n : snapshot->state.n;
    if (s->progress_n > 0) {
        const char *reached = say_number(arena, s->progress_n, 3);
        return SAY_FIT(arena, area,
                       say(arena, "still showing %s; the run to n = %s has come to n = %s", of,
                           say_number(arena, wanted, 4), reached),
                       say(arena, "still %s; the run is at n = %s", of, reached),
                       say(arena, "still %s", of));
    }
    return SAY_FIT(arena, area, say(arena, "still showing %s, while the next one is computed", of),
                   say(arena, "still showing %s", of));
}

const char *trust_warning(const struct side *side, const struct area *area, struct arena *arena)
{
    const struct particles *p = side->particles;
    if (p == NULL || !p->disagree || (side->posterior != NULL && side->posterior->coarse))
        return NULL; /* a rough picture says that it is one */
    const char *rhat = isfinite(p->rhat) ? say(arena, " (R-hat = %.2f)", p->rhat) : "";
    return SAY_FIT(arena, area, say(arena, "do not trust this picture%s: %s", rhat, p->why),
                   say(arena, "do not trust this: %s", p->why),
                   say(arena, "do not trust this%s", rhat), "do not trust this");
}

enum role label_role(enum network_label label)
{
    switch (label) {
    case LABEL_PERMUTED:
        return ROLE_CLASS_1;
    case LABEL_REVERSED:
        return ROLE_CLASS_2;
    case LABEL_Q_ZERO:
        return ROLE_CLASS_3;
    case LABEL_MERGED:
        return ROLE_CLASS_4;
    case LABEL_DEAD:
        return ROLE_CLASS_5;
    case LABEL_DISTINCT:
        return ROLE_CLASS_6;
    case LABEL_NOT_TRUE:
    case LABEL_COUNT:
        break;
    }
    return ROLE_PLAIN;
}

enum marker label_marker(enum network_label label)
{
    switch (label) {
    case LABEL_PERMUTED:
        return MARKER_PLUS;
    case LABEL_REVERSED:
        return MARKER_TRIANGLE;
    case LABEL_Q_ZERO:
        return MARKER_RING;
    case LABEL_MERGED:
        return MARKER_SQUARE;
    case LABEL_DEAD:
        return MARKER_CROSS;
    case LABEL_DISTINCT:
        return MARKER_DOT;
    case LABEL_NOT_TRUE:
    case LABEL_COUNT:
        break;
    }
    return MARKER_SPECK;
}

/* The mark itself, so that a note can stand for a legend. */
static const char *label_glyph(enum network_label label)
{
    switch (label_marker(label)) {
    case MARKER_PLUS:
        return "┼ ";
    case MARKER_TRIANGLE:
        return "▲ ";
    case MARKER_RING:
        return "○ ";
    case MARKER_SQUARE:
        return "■ ";
    case MARKER_CROSS:
        return "✕ ";
    case MARKER_DOT:
        return "● ";
    case MARKER_DIAMOND:
    case MARKER_SPECK:
    case MARKER_NONE:
        break;
    }
    return "";
}

static size_t count_label(const enum network_label *label, size_t n, enum network_label which)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += label[i] == which;
    return count;
}

void add_labelled(struct curve_list *list, size_t n, const double *x, const double *y,
                  const enum network_label *label, size_t max)
{
    double share = n > max ? (double)max / (double)n : 1;
    /* Those that are not true first, so that the others lie on top. */
    for (int k = LABEL_COUNT - 1; k >= 0; k--) {
        enum network_label which = (enum network_label)k;
        size_t count = count_label(label, n, which), kept = 0, seen = 0;
        if (count == 0)
            continue;
        double *to_x, *to_y;
        struct curve *curve = curve_list_line(list, count, &to_x, &to_y);
        /* Every kind that occurs is seen: its own thinning begins with its first point. */
        for (size_t i = 0; i < n; i++) {
            if (label[i] != which || !thinned_keeps(seen++, share))
                continue;
            to_x[kept] = x[i];
            to_y[kept++] = y[i];
        }
        curve->n = kept;
        curve->role = label_role(which);
        curve->marker = label_marker(which);
        curve->no_line = true;
        curve->name = which == LABEL_NOT_TRUE ? "not near W0" : network_label_name(which);
    }
}

const char *say_labels(const enum network_label *label, size_t n, struct arena *arena)
{
    size_t count[LABEL_COUNT] = {0}, labelled = 0;
    for (size_t i = 0; i < n; i++) {
        if ((unsigned)label[i] < LABEL_COUNT)
            count[label[i]]++;
    }
    const char *out = "";
    for (;;) {
        size_t best = LABEL_COUNT;
        for (size_t k = 0; k < LABEL_COUNT; k++)
            if (k != LABEL_NOT_TRUE && count[k] > 0 &&
                (best == LABEL_COUNT || count[k] > count[best]))
                best = k;
        if (best == LABEL_COUNT)
            break;
        out =
            say(arena, "%s%s%s%s %s", out, labelled > 0 ? ", " : "",
                label_glyph((enum network_label)best), network_label_name((enum network_label)best),
                say_percent(arena, (double)count[best] / (double)n));
        labelled++;
        count[best] = 0;
    }
    return out;
}
