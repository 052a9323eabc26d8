/* Germs: what they hold, how they are said, and when nothing is left to do. */
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/text.h"
#include "ideal_private.h"

void germ_init(struct germ *germ)
{
    memset(germ, 0, sizeof *germ);
    germ->base = (struct rat){0, 1};
    for (size_t i = 0; i < IDEAL_VARS; i++) {
        germ->h[i] = (struct rat){0, 1};
        germ->name[i] = "";
    }
}

void germ_add(struct germ *germ, struct poly *g)
{
    germ->g = mem_resize(germ->g, germ->n + 1, sizeof *germ->g);
    germ->g[germ->n++] = g;
}

/* Units are kept as monic irreducible factors. */
void germ_add_unit(struct germ *germ, struct poly *p)
{
    struct arena arena;
    arena_init(&arena);
    struct poly_factors factors;
    if (poly_factor(p, &arena, &factors) == ST_OK) {
        for (size_t f = 0; f < factors.n; f++) {
            struct poly *monic = ring_primitive(factors.factor[f]);
            bool known = false;
            for (size_t u = 0; u < germ->n_units; u++)
                known = known || poly_equal(germ->unit[u], monic);
            if (known || germ->n_units >= IDEAL_UNITS) {
                poly_free(monic);
                continue;
            }
            germ->unit = mem_resize(germ->unit, germ->n_units + 1, sizeof *germ->unit);
            germ->unit[germ->n_units++] = monic;
        }
        poly_factors_done(&factors);
    }
    arena_done(&arena);
    poly_free(p);
}

void germ_copy(struct germ *to, const struct germ *from)
{
    *to = *from;
    to->g = NULL;
    to->unit = NULL;
    to->n = to->n_units = 0;
    to->lines = (struct lines){NULL, NULL};
    for (size_t i = 0; i < from->n; i++)
        germ_add(to, poly_copy(from->g[i]));
    to->unit = mem_new(from->n_units + 1, sizeof *to->unit);
    for (size_t i = 0; i < from->n_units; i++)
        to->unit[to->n_units++] = poly_copy(from->unit[i]);
}

void germ_done(struct germ *germ)
{
    for (size_t i = 0; i < germ->n; i++)
        poly_free(germ->g[i]);
    for (size_t i = 0; i < germ->n_units; i++)
        poly_free(germ->unit[i]);
    mem_free(germ->g);
    mem_free(germ->unit);
    germ->g = germ->unit = NULL;
    germ->n = germ->n_units = 0;
}

struct poly *germ_value(const struct germ *germ, const struct poly *p)
{
    bool zero[POLY_MAX_VARS] = {false};
    for (size_t i = 0; i < p->n_vars; i++)
        zero[i] = germ->role[i] == ROLE_GERM;
    return ring_at_zero(p, zero);
}

bool germ_is_unit(const struct germ *germ, const struct poly *p)
{
    struct poly *value = germ_value(germ, p);
    const bool unit = !poly_is_zero(value) && real_never_zero(germ, value);
    poly_free(value);
    return unit;
}

const char *work_text(struct work *work, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_textv(work->arena, format, args);
    va_end(args);
    return text;
}

void lines_add(struct lines *to, struct lines more)
{
    if (!more.first)
        return;
    if (to->last)
        to->last->next = more.first;
    else
        to->first = more.first;
    to->last = more.last;
}

void germ_say(struct work *work, struct germ *germ, const char *format, ...)
{
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < germ->depth; i++)
        text_add(&text, "  ");
    va_list args;
    va_start(args, format);
    text_add_args(&text, format, args);
    va_end(args);
    struct line *line = arena_new(work->arena, 1, sizeof *line);
    line->text = arena_text(work->arena, text_get(&text), text.length);
    text_done(&text);
    lines_add(&germ->lines, (struct lines){line, line});
}

const char *germ_show(struct work *work, const struct germ *germ, const struct poly *p)
{
    return poly_text(p, germ->name, POLY_PRETTY, 8, work->arena);
}

const char *germ_show_monomial(struct work *work, const struct germ *germ, const struct rat *powers)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < work->n_vars; i++) {
        if (!powers[i].num)
            continue;
        text_addf(&text, "%s%s", text.length ? " " : "", germ->name[i]);
        char number[48];
        rat_text(number, sizeof number, powers[i]);
        if (powers[i].den != 1 || powers[i].num < 0) {
            text_addf(&text, "^(%s)", number);
        } else if (powers[i].num > 1) {
            for (const char *c = number; *c; c++)
                text_add(&text, digits[*c - '0']);
        }
    }
    const char *copy = arena_text(work->arena, text_get(&text), text.length);
    text_done(&text);
    return copy;
}

static const char *show_k(struct work *work, const struct germ *germ)
{
    struct rat powers[IDEAL_VARS];
    for (size_t i = 0; i < work->n_vars; i++)
        powers[i] = (struct rat){germ->k[i], 1};
    return germ_show_monomial(work, germ, powers);
}

enum { LONG_TEXT = 150 }; /* bytes; no generator begins beyond them */

const char *germ_show_ideal(struct work *work, const struct germ *germ)
{
    struct text text;
    text_init(&text);
    const char *k = show_k(work, germ);
    const bool one = germ->n == 1 && poly_is_constant(germ->g[0]) && *k;
    text_addf(&text, "%s%s", one ? "(" : k, one ? k : *k ? " (" : "(");
    for (size_t i = 0; i < germ->n && !one; i++) {
        if (i == 6 || (i > 0 && text.length > LONG_TEXT)) {
            text_addf(&text, ", … %zu in all", germ->n);
            break;
        }
        text_addf(&text, "%s%s", i ? ", " : "", germ_show(work, germ, germ->g[i]));
    }
    text_add(&text, ")");
    const char *copy = arena_text(work->arena, text_get(&text), text.length);
    text_done(&text);
    return copy;
}

/* --- what is found ---------------------------------------------------------------------------- */

void found_init(struct found *found)
{
    *found = (struct found){.ok = true, .lambda = ideal_infinite(), .upper = ideal_infinite()};
}

void found_least(struct found *all, const struct found *one)
{
    all->ok = all->ok && one->ok;
    lines_add(&all->lines, one->lines);
    if (one->charts) {
        struct ideal_chart *last = one->charts;
        while (last->next)
            last = last->next;
        last->next = all->charts;
        all->charts = one->charts;
    }
    if (ideal_overflow(one->lambda) || ideal_overflow(one->upper)) {
        all->ok = false;
        return;
    }
    if (ideal_compare(one->upper, all->upper) < 0)
        all->upper = one->upper;
    const int order = ideal_compare(one->lambda, all->lambda);
    if (!one->lambda.den || order > 0)
        return;
    if (order < 0) {
        all->lambda = one->lambda;
        all->m = one->m;
    } else {
        all->m = all->m && one->m ? (all->m > one->m ? all->m : one->m) : 0;
    }
}

/* --- monomials -------------------------------------------------------------------------------- */

/* Exponents of all terms in germ variables, + k, as points over those variables alone. */
struct cloud {
    size_t dim, n;
    size_t of[IDEAL_VARS];
    struct rat h[IDEAL_VARS];
    long *points;
};

static void cloud_of(const struct germ *germ, size_t n_vars, struct cloud *cloud)
{
    *cloud = (struct cloud){.dim = 0};
    size_t terms = 0;
    for (size_t i = 0; i < n_vars; i++)
        if (germ->role[i] == ROLE_GERM) {
            cloud->of[cloud->dim] = i;
            cloud->h[cloud->dim++] = germ->h[i];
        }
    for (size_t g = 0; g < germ->n; g++)
        terms += poly_n_terms(germ->g[g]);
    cloud->points = mem_new(terms * cloud->dim + 1, sizeof *cloud->points);
    unsigned long e[POLY_MAX_VARS];
    for (size_t g = 0; g < germ->n; g++)
        for (size_t t = 0; t < poly_n_terms(germ->g[g]); t++) {
            poly_exponents(germ->g[g], t, e);
            long *point = cloud->points + cloud->n * cloud->dim;
            for (size_t j = 0; j < cloud->dim; j++)
                point[j] = (long)e[cloud->of[j]] + germ->k[cloud->of[j]];
            bool idle = false; /* another point is below */
            for (size_t o = 0; o < cloud->n && !idle; o++) {
                idle = true;
                for (size_t j = 0; j < cloud->dim && idle; j++)
                    idle = cloud->points[o * cloud->dim + j] <= point[j];
            }
            cloud->n += !idle;
        }
}

struct rat germ_newton_bound(const struct germ *germ, struct rat *weights)
{
    const size_t n_vars = germ->n ? germ->g[0]->n_vars : 0;
    struct cloud cloud;
    cloud_of(germ, n_vars, &cloud);
    long m;
    struct rat w[IDEAL_VARS];
    const struct rat bound = ideal_monomials(cloud.points, cloud.n, cloud.dim, cloud.h, &m, w);
    for (size_t i = 0; weights && i < n_vars; i++)
        weights[i] = (struct rat){0, 1};
    for (size_t j = 0; weights && bound.den > 0 && j < cloud.dim; j++)
        weights[cloud.of[j]] = w[j];
    mem_free(cloud.points);
    return ideal_add(bound, germ->base);
}

void germ_finish_with(struct work *work, struct germ *germ, struct found *out, struct rat lambda,
                      long m, const char *how)
{
    found_init(out);
    out->lambda = out->upper = ideal_add(lambda, germ->base);
    out->m = m;
    out->ok = !ideal_overflow(out->lambda);
    char text[48] = "+∞ (not 0 here)";
    if (out->lambda.den > 0)
        rat_text(text, sizeof text, out->lambda);
    if (out->lambda.den > 0)
        germ_say(work, germ, "λ(|f|) = %s with multiplicity %ld: %s.", text, m, how);
    else
        germ_say(work, germ, "No zero here: %s.", how);
    out->lines = germ->lines;
    germ->lines = (struct lines){NULL, NULL};
}

bool germ_finish(struct work *work, struct germ *germ, struct found *out)
{
    if (!germ->n) { /* all directions were regular */
        germ_finish_with(work, germ, out, (struct rat){0, 1}, 1, "regular directions, 1 each");
        return true;
    }
    for (size_t g = 0; g < germ->n; g++) {
        if (poly_n_terms(germ->g[g]) != 1)
            return false;
        for (size_t i = 0; i < work->n_vars; i++)
            if (germ->role[i] == ROLE_FREE && poly_uses(germ->g[g], i))
                return false;
    }
    const bool one = germ->n == 1 && poly_is_constant(germ->g[0]);
    bool k = false;
    for (size_t i = 0; i < work->n_vars; i++)
        k = k || germ->k[i];
    if (one && !k) {
        germ_finish_with(work, germ, out, ideal_infinite(), 1, "a generator is not 0");
        return true;
    }
    struct cloud cloud;
    cloud_of(germ, work->n_vars, &cloud);
    long m = 0;
    const struct rat lambda = ideal_monomials(cloud.points, cloud.n, cloud.dim, cloud.h, &m, NULL);
    mem_free(cloud.points);
    const char *volume = germ_show_monomial(work, germ, germ->h);
    germ_finish_with(work, germ, out, lambda, m,
                     work_text(work, "monomials %s%s%s, the least of weights of the volume",
                               germ_show_ideal(work, germ), *volume ? " with volume " : "",
                               volume));
    if (!one)
        work->used_newton = true;
    return true;
}
