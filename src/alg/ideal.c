/* λ of sums of squares at a point: moved to the origin, solved as far as it goes, else bounded. */
#include "cusp/ideal.h"

#include <string.h>

#include "cusp/mem.h"
#include "ideal_private.h"

enum { DEFAULT_BUDGET = 2000, TERMS_PER_CHART = 10, DEEPEST = 9, MOST_TERMS = 60 };

struct setting {
    const struct ideal_problem *problem;
    struct work work;
    struct germ start;
    size_t of[POLY_MAX_VARS];   /* ring variable → problem's */
    bool one_sided, prior_kept; /* prior_kept: no factor of the prior had to be left out */
    bool prior_changed;         /* the coordinates, to have one of its factors among them */
    bool prior_low, prior_high; /* without what was left out λ is still a lower, upper bound */
};

/* --- the problem at the origin ---------------------------------------------------------------- */

static enum status choose_variables(struct setting *s, const char **why)
{
    const struct ideal_problem *p = s->problem;
    size_t n = 0;
    for (size_t i = 0; i < p->n_vars; i++) {
        bool used = p->n_vars <= IDEAL_VARS;
        for (size_t g = 0; g < p->n_generators; g++)
            used = used || poly_uses(p->generators[g], i);
        for (size_t f = 0; f < p->n_prior; f++)
            used = used || poly_uses(p->prior[f].f, i);
        if (!used)
            continue;
        if (n == IDEAL_VARS) {
            *why = work_text(&s->work, "K depends on more than %d parameters", IDEAL_VARS);
            return ST_LIMIT;
        }
        s->of[n++] = i;
    }
    s->work.n_vars = n ? n : 1;
    return ST_OK;
}

/* p near the point, in the variables of the ring. */
static enum status move(struct setting *s, const struct poly *p, struct poly **out)
{
    const size_t n = s->work.n_vars, dim = s->problem->n_vars;
    struct poly **with = mem_new(dim + 1, sizeof *with);
    enum status status = ST_OK;
    for (size_t r = 0; r < n && dim; r++) {
        const size_t i = s->of[r];
        const char *at = s->problem->at ? s->problem->at[i] : "0";
        struct poly *number = NULL, *x = poly_var(n, r);
        status = status == ST_OK ? poly_number(n, at, strlen(at), &number) : status;
        if (number)
            with[i] = poly_add(x, number);
        poly_free(number);
        poly_free(x);
    }
    for (size_t i = 0; i < dim; i++)
        if (!with[i])
            with[i] = poly_zero(n);
    if (status == ST_OK)
        status = poly_compose(p, (const struct poly *const *)with, out);
    for (size_t i = 0; i < dim; i++)
        poly_free(with[i]);
    mem_free(with);
    return status;
}

static bool vanishes(const struct germ *germ, const struct poly *p)
{
    struct poly *value = germ_value(germ, p);
    const bool zero = poly_is_zero(value);
    poly_free(value);
    return zero;
}

static enum status add_generators(struct setting *s, const char **why)
{
    const struct ideal_problem *p = s->problem;
    bool all_zero = true;
    for (size_t g = 0; g < p->n_generators; g++) {
        struct poly *moved = NULL;
        const enum status status = move(s, p->generators[g], &moved);
        if (status != ST_OK) {
            *why = "the point or a polynomial is too large";
            return status;
        }
        const bool zero = vanishes(&s->start, moved);
        if (!zero)
            *why = work_text(&s->work, "K is not 0 at the point: %s is not",
                             poly_text(p->generators[g], p->names, POLY_PRETTY, 8, s->work.arena));
        all_zero = all_zero && poly_is_zero(moved);
        if (poly_is_zero(moved))
            poly_free(moved);
        else
            germ_add(&s->start, moved);
        if (!zero)
            return ST_DOMAIN;
    }
    if (all_zero) {
        *why = "K is 0 everywhere";
        return ST_UNABLE;
    }
    return ST_OK;
}

/* |q|^power of the prior, q irreducible and 0 at the point: a coordinate if it can be one. */
static void add_prior_factor(struct setting *s, const struct poly *q, struct rat power)
{
    struct germ *germ = &s->start;
    for (size_t i = 0; i < s->work.n_vars; i++) {
        const bool alone = poly_n_terms(q) == 1;
        if (poly_degree_in(q, i) != 1 || ideal_overflow(power) ||
            (!alone && (germ->h[i].num || germ->one_sided[i] || s->prior_changed)))
            continue;
        struct poly *a = ring_coefficient(q, i, 1), *b = ring_coefficient(q, i, 0);
        const bool pure = poly_is_zero(b), unit = germ_is_unit(germ, a);
        if (unit) {
            struct poly *x = poly_var(s->work.n_vars, i), *to = poly_sub(x, b);
            for (size_t g = 0; g < germ->n && !pure; g++) {
                struct poly *moved = ring_solve(germ->g[g], i, to, a);
                poly_free(germ->g[g]);
                germ->g[g] = moved;
            }
            poly_free(x);
            poly_free(to);
            if (!pure) {
                const char *sum = germ_show(&s->work, germ, q);
                germ->name[i] = work_text(&s->work, "%s'", germ->name[i]);
                germ_say(&s->work, germ, "%s = %s, a factor of the prior, is a coordinate.",
                         germ->name[i], sum);
            }
            s->prior_changed = s->prior_changed || !pure;
            germ->h[i] = ideal_add(germ->h[i], power);
        }
        poly_free(a);
        poly_free(b);
        if (unit)
            return;
    }
    s->prior_kept = false;
    s->prior_low = s->prior_low && power.num > 0;
    s->prior_high = s->prior_high && power.num < 0;
}

/* Only one factor may need a change of coordinates: later ones would have to follow it. */
static enum status add_prior(struct setting *s, const char **why)
{
    const struct ideal_problem *p = s->problem;
    for (int pass = 0; pass < 2; pass++)
        for (size_t f = 0; f < p->n_prior; f++) {
            struct poly *moved = NULL;
            struct poly_factors factors;
            if (move(s, p->prior[f].f, &moved) != ST_OK ||
                poly_factor(moved, s->work.arena, &factors) != ST_OK) {
                poly_free(moved);
                *why = "the prior could not be read at the point";
                return ST_UNABLE;
            }
            for (size_t i = 0; i < factors.n; i++) {
                const bool coordinate = poly_n_terms(factors.factor[i]) == 1;
                if (coordinate == (pass == 0) && vanishes(&s->start, factors.factor[i]))
                    add_prior_factor(
                        s, factors.factor[i],
                        ideal_times(p->prior[f].power, (struct rat){(long)factors.power[i], 1}));
            }
            poly_factors_done(&factors);
            poly_free(moved);
        }
    return ST_OK;
}

/* What is homogeneous, or carried to itself, has to be so with the prior. */
static bool add_prior_rows(struct setting *s, long **rows, size_t *n, size_t *capacity)
{
    bool ok = true;
    for (size_t f = 0; f < s->problem->n_prior; f++) {
        struct poly *moved = NULL;
        ok = ok && move(s, s->problem->prior[f].f, &moved) == ST_OK;
        if (moved)
            ring_differences(moved, rows, n, capacity);
        poly_free(moved);
    }
    return ok;
}

/* A side of the point is all of it where a reflection carries the ideal to itself. */
static void add_signs(struct setting *s)
{
    const struct ideal_problem *p = s->problem;
    long *rows = NULL;
    size_t n = 0, capacity = 0;
    bool fixed[POLY_MAX_VARS] = {false};
    if (!p->signs)
        return;
    for (size_t g = 0; g < s->start.n; g++)
        ring_differences(s->start.g[g], &rows, &n, &capacity);
    add_prior_rows(s, &rows, &n, &capacity);
    for (size_t r = 0; r < s->work.n_vars; r++) {
        for (size_t o = 0; o < s->work.n_vars; o++)
            fixed[o] = o != r && p->signs[s->of[o]];
        if (p->signs[s->of[r]] && !ideal_reflects(rows, n, s->work.n_vars, r, fixed))
            s->start.one_sided[r] = s->one_sided = true;
        s->start.side[r] = p->signs[s->of[r]];
    }
    mem_free(rows);
}

static void spread(struct setting *s)
{
    int signs[POLY_MAX_VARS] = {0};
    bool any = false;
    for (size_t r = 0; r < s->work.n_vars && s->problem->n_vars; r++) {
        signs[r] = s->problem->signs ? s->problem->signs[s->of[r]] : 0;
        any = any || signs[r];
    }
    if (any)
        germ_spread(&s->work, &s->start, signs);
}

static enum status set_up(struct setting *s, const struct ideal_problem *problem,
                          struct arena *arena, const char **why)
{
    *s = (struct setting){.problem = problem};
    s->work.arena = arena;
    s->work.budget = problem->budget ? problem->budget : DEFAULT_BUDGET;
    s->work.effort = s->work.budget * TERMS_PER_CHART;
    s->prior_kept = s->prior_low = s->prior_high = true;
    germ_init(&s->start);
    enum status status = choose_variables(s, why);
    if (status != ST_OK)
        return status;
    for (size_t r = 0; r < s->work.n_vars; r++) {
        s->start.role[r] = ROLE_GERM;
        s->start.name[r] = problem->names && problem->n_vars ? problem->names[s->of[r]] : "x";
    }
    status = add_generators(s, why);
    if (status != ST_OK)
        return status;
    for (size_t r = 0; r < s->work.n_vars; r++) {
        const char *at = problem->at ? problem->at[s->of[r]] : "0";
        if (strcmp(at, "0") != 0) {
            const char *name = s->start.name[r];
            s->start.name[r] = work_text(&s->work, "%s0", name);
            germ_say(&s->work, &s->start, "%s = %s − (%s).", s->start.name[r], name, at);
        }
    }
    spread(s);
    add_signs(s);
    return add_prior(s, why);
}

/* --- everywhere ------------------------------------------------------------------------------- */

static bool homogeneous_in(struct setting *s, const struct germ *germ, struct lines *lines)
{
    long *rows = NULL, weights[IDEAL_VARS];
    size_t n = 0, capacity = 0;
    for (size_t g = 0; g < germ->n; g++)
        ring_differences(germ->g[g], &rows, &n, &capacity);
    const bool ok = add_prior_rows(s, &rows, &n, &capacity) && n <= 400 &&
                    ideal_positive_weights(rows, n, s->work.n_vars, weights);
    mem_free(rows);
    if (ok) {
        const char *text = "";
        for (size_t r = 0; r < s->work.n_vars; r++)
            text =
                work_text(&s->work, "%s%s%s %ld", text, r ? ", " : "", germ->name[r], weights[r]);
        struct germ line = {.depth = 0};
        germ_say(&s->work, &line,
                 "K is homogeneous for the weights %s, which shrink every zero to this point: no "
                 "other has a smaller λ.",
                 text);
        lines_add(lines, line.lines);
    }
    return ok;
}

/* As it stands, or in linear coordinates some of which are idle: near the point of all of space,
   without a prior, whose λ is the least everywhere. */
static bool weighted_homogeneous(struct setting *s, struct lines *lines)
{
    if (homogeneous_in(s, &s->start, lines))
        return true;
    bool cut = s->problem->n_prior > 0;
    for (size_t i = 0; i < s->problem->n_vars && s->problem->signs; i++)
        cut = cut || s->problem->signs[i];
    if (cut)
        return false;
    struct germ straight;
    germ_copy(&straight, &s->start);
    const bool found = germ_idle(&s->work, &straight) && homogeneous_in(s, &straight, lines);
    germ_done(&straight);
    return found;
}

/* --- bounds ----------------------------------------------------------------------------------- */

static struct rat lower_bound(struct setting *s, const char **why)
{
    struct germ germ;
    germ_copy(&germ, &s->start);
    struct rat bound = {0, 1};
    *why =
        "regular directions count ½ each (1 for |f|), and a function that vanishes to order ν has "
        "λ ≥ 1/ν";
    if (germ_simplify(&s->work, &germ)) {
        bound = germ_order_bound(&s->work, &germ);
        germ_sort(&germ);
        s->work.budget /= 8;
        s->work.effort /= 8;
        const char *part_why = "";
        const struct rat part = germ_part_bound(&s->work, &germ, &part_why);
        if (part.den > 0 && ideal_compare(part, bound) > 0) {
            bound = part;
            *why = part_why;
        }
    }
    germ_done(&germ);
    return bound;
}

/* A neighbourhood that is cut has a λ that is no less than that of all of it, and if it is the
   same, no greater m. */
static void whole_bound(struct setting *s, struct ideal_result *out)
{
    struct ideal_problem whole = *s->problem;
    struct ideal_result result;
    const char *why = "";
    whole.signs = NULL;
    if (ideal_rlct(&whole, s->work.arena, &result, &why) != ST_OK)
        return;
    const struct rat low = result.exact ? result.lambda : result.lower;
    const int order = !low.den ? -1 : !out->lower.den ? 1 : ideal_compare(low, out->lower);
    if (order >= 0)
        out->lower_multiplicity = result.exact ? result.multiplicity : 0;
    if (order <= 0)
        return;
    char text[48];
    rat_text(text, sizeof text, low);
    out->lower = low;
    out->lower_why =
        work_text(&s->work, "on all sides of the point together λ is %s%s by %s, and no greater",
                  result.exact ? "" : "at least ", text, result.method);
}

static const char *method_of(const struct work *work)
{
    if (work->used_blow_up)
        return "blow-ups along coordinate subspaces";
    if (work->used_plane)
        return "blow-ups of points of a plane";
    if (work->used_varchenko)
        return "Newton polyhedron, nondegenerate";
    if (work->used_pair)
        return "splitting off a pair of coordinates";
    if (work->used_newton)
        return "Newton polyhedron of monomials";
    return work->used_elimination ? "regular directions and normal crossings" : "normal crossings";
}

static void set_steps(struct setting *s, struct lines lines, struct ideal_result *out)
{
    size_t n = 0;
    for (const struct line *line = lines.first; line; line = line->next)
        n++;
    out->steps = arena_new(s->work.arena, n + 1, sizeof *out->steps);
    for (const struct line *line = lines.first; line; line = line->next)
        out->steps[out->n_steps++] = line->text;
}

static void set_bounds(struct setting *s, const struct found *found, struct ideal_result *out)
{
    const struct rat power = {s->problem->power, 1};
    const struct rat newton = germ_newton_bound(&s->start, NULL);
    const char *low_why;
    const struct rat low = lower_bound(s, &low_why);
    struct rat high = found->upper;
    out->upper_why = "part of the blow-up: λ of K near one of its points";
    if (!high.den || ideal_overflow(high) || (newton.den > 0 && ideal_compare(newton, high) <= 0)) {
        high = newton;
        out->upper_why = "Newton polyhedron: K is at most the sum of its terms' sizes";
    }
    if (low.den > 0 && low.num > 0 && s->prior_low) {
        out->lower = ideal_divide(low, power);
        out->lower_why = low_why;
    }
    if (s->one_sided)
        whole_bound(s, out);
    if (high.den > 0 && s->prior_high)
        out->upper = ideal_divide(high, power);
    if (ideal_overflow(out->lower))
        out->lower = ideal_infinite();
    if (ideal_overflow(out->upper))
        out->upper = ideal_infinite();
}

/* --- all of it -------------------------------------------------------------------------------- */

static struct found solve(struct setting *s)
{
    struct found found;
    const size_t budget = s->work.budget;
    for (size_t depth = 0; depth <= DEEPEST; depth = depth ? depth * 2 + 1 : 1) {
        struct germ germ;
        germ_copy(&germ, &s->start);
        s->work.why = NULL;
        s->work.used_blow_up = s->work.used_newton = s->work.used_varchenko = s->work.used_pair =
            s->work.used_plane = false;
        s->work.used_elimination = s->work.used_sum = s->work.used_product = false;
        s->work.n_charts = s->work.n_blow_ups = s->work.used = s->work.stages = 0;
        found = germ_solve(&s->work, &germ, depth);
        if (found.ok || s->one_sided || s->work.used >= budget || s->work.stages > s->work.effort)
            break;
    }
    return found;
}

/* In the coordinates given, for a picture and a table. */
static struct newton *find_newton(struct setting *s)
{
    size_t terms = 0;
    bool large = false;
    for (size_t g = 0; g < s->start.n; g++) {
        terms += poly_n_terms(s->start.g[g]);
        large = large || poly_degree(s->start.g[g]) > IDEAL_DEGREE;
    }
    if (large || s->prior_changed || terms > MOST_TERMS || s->problem->n_vars > RESOLUTION_MAX_VARS)
        return NULL;
    struct newton *newton = arena_new(s->work.arena, 1, sizeof *newton);
    const enum status status = newton_polyhedron((const struct poly *const *)s->start.g, s->start.n,
                                                 s->start.h, s->start.name, s->work.arena, newton);
    if (status != ST_OK)
        return NULL;
    newton_of_power(newton, s->problem->power, s->work.arena);
    return newton;
}

static void conclude(struct setting *s, struct found *found, struct ideal_result *out)
{
    const struct rat power = {s->problem->power, 1};
    struct lines lines = s->start.lines;
    s->start.lines = (struct lines){NULL, NULL};
    struct germ said;
    germ_copy(&said, &s->start);
    germ_say(&s->work, &said, "K ≍ |f|%s for f = %s.", s->problem->power == 2 ? "²" : "",
             germ_show_ideal(&s->work, &said));
    lines_add(&lines, said.lines);
    germ_done(&said);
    out->exact =
        found->ok && s->prior_kept && found->lambda.den > 0 && !ideal_overflow(found->lambda);
    out->method = method_of(&s->work);
    if (out->exact) {
        out->lambda = ideal_divide(found->lambda, power);
        out->multiplicity = found->m;
        out->exact = !ideal_overflow(out->lambda);
        lines_add(&lines, found->lines);
        char text[48];
        rat_text(text, sizeof text, out->lambda);
        out->why = work_text(&s->work, "λ = %s by %s.", text, out->method);
    } else {
        const char *reason = s->work.why;
        set_bounds(s, found, out);
        s->work.used_blow_up = false;
        s->work.why = reason;
        out->method = "bounds";
        out->why = work_text(&s->work, "Only bounds: %s.",
                             !s->prior_kept ? "the prior has a factor that is no coordinate here"
                             : s->work.why  ? s->work.why
                                            : "it could not be decided");
        if (out->lower.den && out->upper.den && !ideal_compare(out->lower, out->upper)) {
            out->exact = true;
            out->lambda = out->lower;
            out->multiplicity = out->lower_multiplicity == 1 ? 1 : 0;
            out->why = "The lower and the upper bound are the same.";
            out->method = "bounds that meet";
        }
    }
    if (out->exact || out->lower.den)
        out->everywhere = weighted_homogeneous(s, &lines);
    set_steps(s, lines, out);
    out->newton = find_newton(s);
    if (out->exact && s->work.used_blow_up && s->problem->n_vars <= RESOLUTION_MAX_VARS)
        out->resolution = ideal_tree(&s->work, found->charts, &s->start, found, s->problem->power);
}

enum status ideal_rlct(const struct ideal_problem *problem, struct arena *arena,
                       struct ideal_result *out, const char **why)
{
    struct setting s;
    *out = (struct ideal_result){.exact = false};
    if (problem->power < 1 || !problem->n_generators) {
        *why = "there is no function whose zeros could be looked at";
        return ST_DOMAIN;
    }
    enum status status = set_up(&s, problem, arena, why);
    if (status == ST_OK) {
        struct found found = solve(&s);
        conclude(&s, &found, out);
    }
    germ_done(&s.start);
    return status;
}
