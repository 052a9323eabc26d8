/* What the views of exact λ share: which resolution is shown, its words, and what is not there yet.
 */
#include "view_exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "view_text.h"
#include "cusp/text.h"

const char *not_null(const char *text)
{
    return text != NULL ? text : "";
}

const struct rlct *shown_rlct(const struct snapshot *snapshot, size_t side)
{
    const struct side *s = &snapshot->sides[side];
    return s->resolved != NULL ? s->resolved : s->rlct;
}

const struct resolution *shown_resolution(const struct snapshot *snapshot, size_t side)
{
    const struct side *s = &snapshot->sides[side];
    const struct rlct *rlct = shown_rlct(snapshot, side);
    const struct resolution *found = rlct != NULL ? rlct->resolution : NULL;
    if (snapshot->state.by_hand)
        found = s->hand != NULL ? &s->hand->resolution : NULL;
    return found != NULL && found->n_charts > 0 ? found : NULL;
}

size_t shown_chart(const struct snapshot *snapshot, size_t side)
{
    const struct resolution *r = shown_resolution(snapshot, side);
    size_t chart = snapshot->state.chart[side];
    return r != NULL && chart < r->n_charts ? chart : 0;
}

const struct newton *shown_newton(const struct snapshot *snapshot, size_t side)
{
    const struct side *s = &snapshot->sides[side];
    const struct rlct *order[] = {s->rlct_here, s->resolved, s->rlct};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (order[i] != NULL && order[i]->newton != NULL && order[i]->newton->n_points > 0)
            return order[i]->newton;
    return NULL;
}

bool exact_awaited(const struct snapshot *snapshot, size_t side)
{
    const struct side *s = &snapshot->sides[side];
    return s->rlct == NULL && not_null(s->rlct_why)[0] == '\0' && s->model->dim == 2;
}

void exact_missing(const struct snapshot *snapshot, size_t side, const char *title,
                   const char *what, const char *none, const struct area *area, struct arena *arena,
                   struct figure *out)
{
    struct side s = snapshot->sides[side];
    s.why = NULL;
    if (s.rlct != NULL) {
        const char *lambda = say_lambda(s.rlct, arena);
        if (s.rlct->lambda.standing != EXACT)
            none = say(arena, "%s cannot be shown: λ is not known exactly", what);
        s.why = say(arena, "%s%s%s\n%s", none, lambda[0] != '\0' ? ": " : "", lambda,
                    not_null(s.rlct->why));
    } else if (not_null(s.rlct_why)[0] != '\0') {
        s.why = s.rlct_why;
    }
    figure_missing(&s, title, what, area, arena, out);
    if (s.rlct != NULL) { /* nothing went wrong */
        out->note = SAY_FIT(arena, area, none);
        for (size_t i = 0; i < out->n_lines; i++)
            ((struct figure_line *)(uintptr_t)out->lines)[i].role = ROLE_PLAIN;
    }
}

const char *say_lambda(const struct rlct *rlct, struct arena *arena)
{
    if (rlct == NULL)
        return "";
    const char *here = rlct->local ? "λ here" : "λ";
    const struct quantity *q = &rlct->lambda;
    if (q->standing == EXACT) {
        const char *value =
            q->exact.den > 0 ? say_rat(arena, q->exact) : say_number(arena, q->value, 5);
        return rlct->multiplicity > 0
                   ? say(arena, "%s = %s, m = %ld", here, value, rlct->multiplicity)
                   : say(arena, "%s = %s", here, value);
    }
    const struct quantity *ends[2] = {&rlct->lower, &rlct->upper};
    const char *text[2] = {"", ""};
    for (size_t k = 0; k < 2; k++)
        if (ends[k]->standing != UNKNOWN)
            text[k] = ends[k]->exact.den > 0 ? say_rat(arena, ends[k]->exact)
                                             : say_number(arena, ends[k]->value, 4);
    if (text[0][0] != '\0' && text[1][0] != '\0')
        return say(arena, "%s ≤ %s ≤ %s", text[0], here, text[1]);
    if (text[1][0] != '\0')
        return say(arena, "%s ≤ %s", here, text[1]);
    return text[0][0] != '\0' ? say(arena, "%s ≥ %s", here, text[0]) : "";
}

const char *say_ratio(struct rat r, struct arena *arena)
{
    if (r.den <= 0)
        return "∞";
    const char *exact = say_rat(arena, r);
    if (r.den == 1)
        return exact;
    return say(arena, "%s = %s", exact, say_number(arena, rat_value(r), 4));
}

const char *say_numbers(const struct resolution_divisor *divisor, struct arena *arena)
{
    return say(arena, "(%ld, %s)", divisor->multiplicity, say_rat(arena, divisor->jacobian));
}

const char *say_quotient(const struct resolution_divisor *divisor, struct arena *arena)
{
    if (divisor->multiplicity == 0)
        return "N = 0: K is not 0 on it";
    return say(arena, "(%s + 1)/%ld = %s", say_rat(arena, divisor->jacobian), divisor->multiplicity,
               say_rat(arena, divisor->ratio));
}

const char *say_count(size_t n, const char *one, struct arena *arena)
{
    return say(arena, "%zu %s%s", n, one, n == 1 ? "" : "s");
}

/* "E3", or "E1 and E3, which meet," of a meeting that gives m. */
static const char *say_winners(const struct resolution *r, size_t *first, struct arena *arena)
{
    *first = SIZE_MAX;
    for (size_t i = 0; i < r->n_divisors; i++)
        if (r->divisors[i].wins && (*first == SIZE_MAX || !r->divisors[*first].exceptional))
            *first = *first == SIZE_MAX || r->divisors[i].exceptional ? i : *first;
    if (*first == SIZE_MAX)
        return "";
    for (size_t i = 0; r->multiplicity > 1 && i < r->n_meetings; i++) {
        const struct resolution_meeting *m = &r->meetings[i];
        if (!m->wins || m->a >= r->n_divisors || m->b >= r->n_divisors)
            continue;
        *first = m->a;
        return say(arena, "%s and %s", not_null(r->divisors[m->a].name),
                   not_null(r->divisors[m->b].name));
    }
    return not_null(r->divisors[*first].name);
}

const char *say_verdict(const struct resolution *r, const struct area *area, struct arena *arena)
{
    size_t first;
    const char *winners = say_winners(r, &first, arena);
    if (first == SIZE_MAX || r->lambda.den <= 0)
        return SAY_FIT(arena, area,
                       say(arena, "%s so far", say_count(r->n_blow_ups, "blow-up", arena)));
    const struct resolution_divisor *d = &r->divisors[first];
    const char *lambda = say(arena, "λ = %s, m = %ld", say_rat(arena, r->lambda), r->multiplicity);
    const char *ratio = say_rat(arena, d->ratio), *numbers = say_numbers(d, arena);
    const char *count = say_count(r->n_blow_ups, "blow-up", arena);
    if (r->multiplicity > 1)
        return SAY_FIT(arena, area,
                       say(arena, "%s: %s meet, and both have the least (k + 1)/N, %s; %s", lambda,
                           winners, ratio, count),
                       say(arena, "%s: %s meet, both with (k + 1)/N = %s", lambda, winners, ratio),
                       say(arena, "%s: %s meet", lambda, winners), lambda,
                       say(arena, "λ = %s", say_rat(arena, r->lambda)));
    return SAY_FIT(
        arena, area,
        say(arena, "%s: %s has (N, k) = %s, (k + 1)/N = %s is the least; %s", lambda, winners,
            numbers, ratio, count),
        say(arena, "%s: %s has (N, k) = %s, the least (k + 1)/N", lambda, winners, numbers),
        say(arena, "%s: the least ratio is %s's", lambda, winners), lambda,
        say(arena, "λ = %s", say_rat(arena, r->lambda)));
}

const char *say_outcome(const struct snapshot *snapshot, size_t side, const struct resolution *r,
                        const struct area *area, struct arena *arena)
{
    const struct rlct *rlct = shown_rlct(snapshot, side);
    bool read_off = false;
    for (size_t i = 0; i < r->n_divisors; i++)
        read_off = read_off || r->divisors[i].wins;
    if (snapshot->state.by_hand || read_off || rlct == NULL)
        return say_verdict(r, area, arena);
    const char *lambda = say_lambda(rlct, arena);
    return SAY_FIT(arena, area,
                   say(arena,
                       "%s: what follows these charts is argued with monomials; cusp rlct "
                       "prints all of it",
                       lambda),
                   say(arena, "%s: cusp rlct prints the whole argument", lambda), lambda);
}

/* Bytes of a text after which nothing would be seen on a screen. */
enum { PRETTY_MAX = 1500 };

static const char *const superscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

const char *say_pretty(const char *text, struct arena *arena)
{
    struct text out;
    text_init(&out);
    bool raised = false;
    const char *p = not_null(text);
    /* Not within a character: its further bytes are 10xxxxxx. */
    for (; *p != '\0' && (out.length < PRETTY_MAX || ((unsigned char)*p & 0xc0) == 0x80); p++) {
        bool digit = *p >= '0' && *p <= '9';
        if (*p == '^' && p[1] >= '0' && p[1] <= '9')
            raised = true;
        else if (raised && digit)
            text_add(&out, superscripts[*p - '0']);
        else if (*p == '-')
            text_add(&out, "−");
        else if (*p == '*')
            text_add(&out, out.length > 0 && out.bytes[out.length - 1] == ' ' ? "" : " ");
        else
            text_add_bytes(&out, p, 1);
        raised = raised && (digit || *p == '^');
    }
    if (*p != '\0')
        text_add(&out, "…");
    /* Brackets around all of it say nothing. */
    const char *bytes = text_get(&out);
    size_t length = out.length, first = 0;
    if (length > 2 && bytes[0] == '(' && bytes[length - 1] == ')' &&
        strpbrk(bytes + 1, "()") == bytes + length - 1) {
        first = 1;
        length -= 2;
    }
    const char *copy = arena_text(arena, bytes + first, length);
    text_done(&out);
    return copy;
}

const char *say_chart_point(const struct resolution *resolution,
                            const struct resolution_point *point, struct arena *arena)
{
    const char *out = "";
    for (size_t i = 0; i < resolution->n_vars && i < RESOLUTION_MAX_VARS; i++)
        out = say(arena, "%s%s%s", out, i == 0 ? "" : ", ",
                  say_cut(arena, say_pretty(point->coordinate[i], arena), 24));
    return say(arena, "(%s)", out);
}

const struct resolution_divisor *chart_divisor(const struct resolution *resolution, size_t chart,
                                               size_t coordinate)
{
    size_t divisor = resolution->charts[chart].divisor[coordinate];
    return divisor < resolution->n_divisors ? &resolution->divisors[divisor] : NULL;
}
