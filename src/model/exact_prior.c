/* The prior: what is positive on the box is left out, what vanishes there is kept as factors. */
#include "exact_parts.h"

#include <string.h>

#include "cusp/mem.h"

static void add_factor(struct exact_found *found, const struct poly *f, struct rat power)
{
    found->prior = arena_grow(found->walk->arena, found->prior, found->n_prior,
                              &found->prior_capacity, sizeof *found->prior);
    found->prior[found->n_prior++] = (struct prior_factor){.f = f, .power = power};
}

/* The box becomes the part of it where the prior is not 0. */
static bool narrow(struct exact_walk *walk, size_t i, const struct poly *low,
                   const struct poly *high)
{
    const struct poly *above = low ? exact_sub(walk, low, walk->low[i]) : NULL;
    const struct poly *below = high ? exact_sub(walk, walk->high[i], high) : NULL;
    if ((above && !poly_is_constant(above)) || (below && !poly_is_constant(below)))
        return exact_fail(walk, ST_UNABLE, "an end of a prior is not a fraction");
    if (above != NULL && poly_sign(above) > 0)
        walk->low[i] = low;
    if (below != NULL && poly_sign(below) > 0)
        walk->high[i] = high;
    return walk->status == ST_OK;
}

static bool positive_everywhere(const struct distribution_expr *distribution)
{
    if (strcmp(distribution->name, "normal") == 0)
        return true;
    for (size_t i = 0; i < distribution->n_components; i++)
        if (!positive_everywhere(distribution->components[i]))
            return false;
    return distribution->n_components > 0;
}

static bool param_prior(struct exact_found *found, const struct prior_stmt *prior, size_t i)
{
    struct exact_walk *walk = found->walk;
    const struct distribution_expr *d = prior->distribution;
    if (positive_everywhere(d))
        return true;
    if (strcmp(d->name, "uniform") == 0 && d->n_args == 2) {
        const struct poly *low = exact_lower_whole(walk, d->args[0]);
        const struct poly *high = low ? exact_lower_whole(walk, d->args[1]) : NULL;
        return high != NULL && narrow(walk, i, low, high);
    }
    if (strcmp(d->name, "exponential") == 0)
        return narrow(walk, i, exact_integer(walk, 0), NULL);
    return exact_fail(walk, ST_UNABLE, "where the prior %s is 0 is not known exactly", d->name);
}

static bool params_prior(struct exact_found *found, const struct prior_stmt *prior)
{
    const struct symbol *symbol = prior->target->symbol;
    size_t from = 0, to = symbol->count;
    if (prior->target->n_args > 0) {
        from = 0;
        for (size_t k = 0; k < prior->target->n_args; k++) {
            double index = syntax_constant(prior->target->args[k]);
            if (!(index >= 1 && index <= (double)symbol->extents[k]))
                return exact_fail(found->walk, ST_UNABLE, "an index of a prior is out of range");
            from = from * symbol->extents[k] + (size_t)(index - 1);
        }
        to = from + 1;
    }
    for (size_t i = from; i < to; i++)
        if (!param_prior(found, prior, symbol->first + i))
            return false;
    return true;
}

static bool density_factors(struct exact_found *found, const struct exact_term *term)
{
    struct exact_walk *walk = found->walk;
    for (size_t i = 0; i < term->n; i++) {
        const struct exact_factor *factor = &term->factors[i];
        const char *why = NULL;
        if (exact_sign(walk, factor->base) != 0)
            continue;
        const struct poly *f = exact_strip(walk, factor->base, &why);
        if (f == NULL)
            return exact_fail(walk, ST_UNABLE, "the prior: %s", why ? why : "no polynomial");
        if (!poly_is_constant(f))
            add_factor(found, f, factor->power);
    }
    return true;
}

static bool density_prior(struct exact_found *found, const struct expr *density)
{
    struct exact_walk *walk = found->walk;
    struct exact_form *form = exact_lower(walk, density);
    if (form == NULL)
        return false;
    if (form->n == 1)
        return density_factors(found, &form->terms[0]);
    bool positive = exact_form_is_squares(form), some = false;
    for (size_t t = 0; t < form->n && positive; t++) {
        bool never_zero = true;
        for (size_t i = 0; i < form->terms[t].n; i++)
            never_zero = never_zero && exact_sign(walk, form->terms[t].factors[i].base) != 0;
        some = some || never_zero;
    }
    if (positive && some)
        return true;
    const struct poly *whole = exact_form_whole(walk, form);
    const char *why = NULL;
    if (whole == NULL)
        return false;
    if (exact_sign(walk, whole) != 0)
        return true;
    const struct poly *f = exact_strip(walk, whole, &why);
    if (f == NULL)
        return exact_fail(walk, ST_UNABLE, "the prior: %s", why ? why : "no polynomial");
    if (!poly_is_constant(f))
        add_factor(found, f, (struct rat){1, 1});
    return true;
}

/* --- Jeffreys --------------------------------------------------------------------------------- */

/* det of the Jacobian of dim of the generators, by expansion along the first row. */
static const struct poly *minor_of(struct exact_walk *walk, const struct poly *const *rows,
                                   const size_t *columns, size_t n)
{
    if (n == 1)
        return exact_keep(walk, poly_derivative(rows[0], columns[0]));
    const struct poly *sum = exact_integer(walk, 0);
    for (size_t k = 0; k < n; k++) {
        size_t left[3] = {0};
        for (size_t c = 0, at = 0; c < n; c++)
            if (c != k && at < 3)
                left[at++] = columns[c];
        const struct poly *entry = exact_keep(walk, poly_derivative(rows[0], columns[k]));
        const struct poly *term = exact_mul(walk, entry, minor_of(walk, rows + 1, left, n - 1));
        sum = k % 2 ? exact_sub(walk, sum, term) : exact_add(walk, sum, term);
        if (sum == NULL)
            return NULL;
    }
    return sum;
}

/* f = Σ c_i(w) φ_i(x), φ independent: I = Jᵀ G J, G positive definite, J the Jacobian of c; so
   det I is a multiple both ways of det JᵀJ, the sum of the squares of J's minors (Cauchy–Binet). */
static bool jeffreys_prior(struct exact_found *found)
{
    struct exact_walk *walk = found->walk;
    size_t dim = walk->dim, n_minors = 0;
    if (!found->linear || dim > 3 || found->n_pieces != 1 || found->pieces[0].n > 40)
        return exact_fail(walk, ST_UNABLE,
                          "the Jeffreys prior is known exactly only for the mean "
                          "of a normal output that is a polynomial in up to "
                          "three parameters");
    const struct exact_piece_found *piece = &found->pieces[0];
    const struct poly *sum = exact_integer(walk, 0), *last = NULL;
    size_t columns[3] = {0, 1, 2}, pick[3] = {0, 1, 2};
    while (piece->n >= dim && sum != NULL) {
        const struct poly *rows[3] = {NULL, NULL, NULL};
        for (size_t k = 0; k < dim; k++)
            rows[k] = piece->generators[pick[k]];
        const struct poly *minor = minor_of(walk, rows, columns, dim);
        if (minor == NULL)
            return false;
        if (!poly_is_zero(minor)) {
            last = minor;
            n_minors++;
            sum = exact_add(walk, sum, exact_mul(walk, minor, minor));
        }
        size_t k = dim;
        while (k > 0 && pick[k - 1] == piece->n - (dim - k) - 1)
            k--;
        if (k == 0)
            break;
        pick[k - 1]++;
        for (size_t j = k; j < dim; j++)
            pick[j] = pick[j - 1] + 1;
    }
    if (sum == NULL || n_minors == 0)
        return exact_fail(walk, ST_UNABLE,
                          "the Jeffreys prior is 0: the Fisher information has no "
                          "full rank anywhere");
    if (n_minors == 1)
        add_factor(found, last, (struct rat){1, 1});
    else if (exact_sign(walk, sum) == 0)
        add_factor(found, sum, (struct rat){1, 2});
    exact_step(found, "Jeffreys prior: det I is a multiple both ways of the sum of squares of the "
                      "minors of the generators' Jacobian (Cauchy-Binet)");
    return true;
}

bool exact_prior(struct exact_found *found)
{
    const struct syntax *syntax = found->walk->syntax;
    for (size_t i = 0; i < syntax->n_priors; i++) {
        const struct prior_stmt *prior = &syntax->priors[i];
        bool done = true;
        switch (prior->kind) {
        case PRIOR_UNIFORM:
            break;
        case PRIOR_OF_PARAM:
            done = params_prior(found, prior);
            break;
        case PRIOR_DENSITY:
            done = density_prior(found, prior->density);
            break;
        case PRIOR_JEFFREYS:
            done = jeffreys_prior(found);
            break;
        }
        if (!done)
            return false;
    }
    return found->walk->status == ST_OK;
}
