/* A likelihood and its truth become difference functions whose mean squares are equivalent to K. */
#include "exact_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { MAX_COMBINATIONS = 256, MAX_VALUES = 64, MAX_FLAT = 24 };

/* One kind with arguments, and its weight in a mixture. */
struct simple {
    const char *kind;
    const struct poly *weight;
    const struct poly *args[MAX_FLAT];
    size_t n_args;
};

struct simples {
    struct simple items[MAX_FLAT];
    size_t n;
};

struct pair {
    struct exact_found *found;
    struct simples model, truth;
    struct exact_differences *list;
    bool alone; /* no inputs with several values were put in */
};

/* --- reading ---------------------------------------------------------------------------------- */

static bool flatten(struct exact_walk *walk, const struct distribution_expr *d,
                    const struct poly *weight, struct simples *out)
{
    if (d->n_components > 0) {
        for (size_t i = 0; i < d->n_components; i++) {
            const struct poly *w = exact_lower_whole(walk, d->args[i]);
            w = exact_mul(walk, weight, w);
            if (w == NULL || !flatten(walk, d->components[i], w, out))
                return false;
        }
        return true;
    }
    if (poly_is_zero(weight))
        return true;
    if (out->n == MAX_FLAT || d->n_args > MAX_FLAT)
        return exact_fail(walk, ST_LIMIT, "more than %d parts of a mixture", MAX_FLAT);
    struct simple *simple = &out->items[out->n++];
    *simple = (struct simple){.kind = d->name, .weight = weight, .n_args = d->n_args};
    for (size_t i = 0; i < d->n_args; i++) {
        simple->args[i] = exact_lower_whole(walk, d->args[i]);
        if (simple->args[i] == NULL)
            return false;
    }
    return true;
}

static bool all_of_kind(const struct simples *simples, const char *kind)
{
    for (size_t i = 0; i < simples->n; i++)
        if (strcmp(simples->items[i].kind, kind) != 0)
            return false;
    return simples->n > 0;
}

static bool is_bounded(const struct exact_walk *walk, const struct poly *poly)
{
    for (size_t i = 0; i < walk->n_inputs; i++) {
        bool used = poly_uses(poly, walk->dim + i);
        for (size_t k = 0; k < walk->n_atoms && !used; k++)
            used = poly_uses(poly, walk->dim + walk->n_inputs + k) && walk->atoms[k].argument &&
                   poly_uses(walk->atoms[k].argument, walk->dim + i);
        if (used && !exact_input_bounded(walk, i))
            return false;
    }
    return true;
}

static bool certainly_positive(struct exact_walk *walk, const struct poly *p, const char *what)
{
    if (exact_sign(walk, p) > 0 && is_bounded(walk, p))
        return true;
    return exact_fail(walk, ST_UNABLE, "%s %s is not bounded below by a positive number", what,
                      exact_poly_words(walk, p));
}

/* 0 < p < 1 with room. */
static bool inside_unit(struct exact_walk *walk, const struct poly *p)
{
    const struct poly *rest = exact_sub(walk, exact_integer(walk, 1), p);
    return rest != NULL && is_bounded(walk, p) && exact_sign(walk, p) > 0 &&
           exact_sign(walk, rest) > 0;
}

static void difference(struct pair *pair, const struct poly *a, const struct poly *b)
{
    struct exact_walk *walk = pair->found->walk;
    exact_add_difference(walk, pair->list, exact_sub(walk, a, b));
}

/* --- kinds ------------------------------------------------------------------------------------ */

static bool normal_pair(struct pair *pair)
{
    struct exact_found *found = pair->found;
    struct exact_walk *walk = found->walk;
    const struct simple *p = pair->model.items, *q = pair->truth.items;
    const struct poly *gap = exact_sub(walk, p->args[1], q->args[1]);
    bool fixed = !exact_uses_params(walk, p->args[1]) && !exact_uses_inputs(walk, p->args[1]) &&
                 !exact_uses_inputs(walk, q->args[1]);
    if (gap == NULL)
        return false;
    difference(pair, p->args[0], q->args[0]);
    if (fixed) {
        found->linear = true;
        exact_step(found, "K is a number times the mean square of the difference of the means");
        if (!poly_is_zero(gap))
            exact_step(found, "up to a number that the parameters do not change, for the spread of "
                              "the truth is another: K less its least value");
        found->how = "K is the mean square of the difference of two functions of the inputs";
        return true;
    }
    if (!certainly_positive(walk, p->args[1], "the standard deviation") ||
        !certainly_positive(walk, q->args[1], "the standard deviation"))
        return false;
    exact_add_difference(walk, pair->list, gap);
    exact_step(found, "K of two normal densities is (m - m0)^2/(2 s^2) + log(s/s0) + "
                      "(s0^2/s^2 - 1)/2: with s in a compact range above 0 a multiple both ways of "
                      "(m - m0)^2 + (s - s0)^2");
    found->how = "means and standard deviations differ";
    return true;
}

static bool rate_pair(struct pair *pair)
{
    struct exact_found *found = pair->found;
    const struct simple *p = pair->model.items, *q = pair->truth.items;
    if (!certainly_positive(found->walk, p->args[0], "the rate") ||
        !certainly_positive(found->walk, q->args[0], "the rate"))
        return false;
    difference(pair, p->args[0], q->args[0]);
    exact_step(found,
               "K of two %s densities is smooth, 0 only where the rates are equal and of "
               "second order there: for rates in a compact range above 0 a multiple both "
               "ways of the square of their difference",
               p->kind);
    found->how = "the rates differ";
    return true;
}

/* The log odds of a probability where they are exact; NULL: they are not. */
static const struct poly *log_odds(struct exact_walk *walk, const struct simple *simple)
{
    const struct poly *p = simple->args[simple->n_args - 1];
    if (strcmp(simple->kind, "bernoulli_logit") == 0)
        return p;
    /* p = (1 + tanh(z/2))/2 → z; 1/2 → 0 */
    const struct poly *t = exact_sub(walk, exact_add(walk, p, p), exact_integer(walk, 1));
    if (t == NULL || poly_is_zero(t))
        return t;
    for (size_t i = 0; i < walk->n_atoms; i++)
        if (walk->atoms[i].op == OP_TANH &&
            poly_equal(t, walk->variables[walk->dim + walk->n_inputs + i]))
            return exact_add(walk, walk->atoms[i].argument, walk->atoms[i].argument);
    return NULL;
}

/* The truth never (or always) says 1: K is of first order in the chance of the other. */
static bool certain_truth(struct pair *pair, const struct poly *p, const struct poly *q)
{
    struct exact_found *found = pair->found;
    struct exact_walk *walk = found->walk;
    const struct poly *chance = poly_is_zero(q) ? p : exact_sub(walk, q, p);
    if (!pair->alone || chance == NULL || exact_uses_inputs(walk, p) ||
        pair->truth.n + pair->model.n != 2)
        return exact_fail(walk, ST_UNABLE,
                          "the truth's probability %s is not certainly between 0 and 1",
                          exact_poly_words(walk, q));
    if (!exact_add_stripped(found, exact_add_piece(found, 1), chance))
        return false;
    exact_step(found, "The truth has one outcome only: K is minus the log of its chance, a "
                      "multiple both ways of the chance of the other");
    found->how = "K is of the first order in the chance of what the truth never gives";
    return true;
}

static bool binary_pair(struct pair *pair)
{
    struct exact_found *found = pair->found;
    struct exact_walk *walk = found->walk;
    const struct simple *p = pair->model.items, *q = pair->truth.items;
    const struct poly *a = log_odds(walk, p), *b = log_odds(walk, q);
    bool logit = strcmp(p->kind, "bernoulli_logit") == 0 || strcmp(q->kind, "bernoulli_logit") == 0;
    if (a != NULL && b != NULL && (logit || !poly_is_constant(a) || !poly_is_constant(b))) {
        difference(pair, a, b);
        exact_step(found, "K of two coins is a multiple both ways of the square of the difference "
                          "of their log odds where these stay in a compact range");
        found->how = "the log odds differ";
        return true;
    }
    if (logit)
        return exact_fail(walk, ST_UNABLE, "the log odds of %s are no polynomial",
                          exact_poly_words(walk, (a == NULL ? p : q)->args[0]));
    const struct poly *from = p->args[p->n_args - 1], *to = q->args[q->n_args - 1];
    if (poly_is_zero(to) || exact_is_one(to))
        return certain_truth(pair, from, to);
    if (!inside_unit(walk, to))
        return exact_fail(walk, ST_UNABLE,
                          "the truth's probability %s is not certainly between 0 and 1",
                          exact_poly_words(walk, to));
    difference(pair, from, to);
    exact_step(found, "2 (p - q)^2 <= K (Pinsker) and K <= (p - q)^2/(p (1 - p)): with q inside "
                      "(0, 1), K is a multiple both ways of (p - q)^2 near where it is 0");
    found->how = "the probabilities differ";
    return true;
}

/* Probabilities of each label of a mixture of categoricals. */
static const struct poly *label_chance(struct exact_walk *walk, const struct simples *simples,
                                       size_t label)
{
    const struct poly *sum = exact_integer(walk, 0);
    for (size_t k = 0; k < simples->n; k++) {
        if (label >= simples->items[k].n_args)
            continue;
        sum = exact_add(walk, sum,
                        exact_mul(walk, simples->items[k].weight, simples->items[k].args[label]));
    }
    return sum;
}

static bool label_pairs(struct pair *pair)
{
    struct exact_found *found = pair->found;
    struct exact_walk *walk = found->walk;
    size_t n = 0;
    const struct poly *never = exact_integer(walk, 0), *squares = exact_integer(walk, 0);
    bool some_never = false;
    for (size_t k = 0; k < pair->model.n; k++)
        n = pair->model.items[k].n_args > n ? pair->model.items[k].n_args : n;
    for (size_t y = 0; y < n; y++) {
        const struct poly *p = label_chance(walk, &pair->model, y);
        const struct poly *q = label_chance(walk, &pair->truth, y);
        const struct poly *d = exact_sub(walk, p, q);
        if (d == NULL)
            return false;
        if (poly_is_zero(q)) {
            some_never = some_never || !poly_is_zero(p);
            never = exact_add(walk, never, p);
            continue;
        }
        if (exact_sign(walk, q) <= 0 || !is_bounded(walk, q))
            return exact_fail(walk, ST_UNABLE,
                              "the truth's probability %s is not certainly above 0",
                              exact_poly_words(walk, q));
        exact_add_difference(walk, pair->list, d);
        squares = exact_add(walk, squares, exact_mul(walk, d, d));
    }
    found->how = "the probabilities of the labels differ";
    exact_step(found, "sum (p_y - q_y)^2/2 <= K (Pinsker) and K <= sum (p_y - q_y)^2/p_y: with all "
                      "q_y above 0, K is a multiple both ways of the sum of (p_y - q_y)^2 near "
                      "where it is 0");
    if (!some_never)
        return walk->status == ST_OK;
    const struct poly *whole = exact_add(walk, never, squares);
    if (!pair->alone || whole == NULL || exact_uses_inputs(walk, whole))
        return exact_fail(walk, ST_UNABLE, "the truth never gives some labels");
    exact_step(found, "Labels that the truth never gives add their chances themselves, for K is of "
                      "the first order in them");
    pair->list->n = 0;
    return exact_add_stripped(found, exact_add_piece(found, 1), whole);
}

/* --- mixtures --------------------------------------------------------------------------------- */

/* The arguments that all parts must share (trials, sd) do; which argument moves is *moving. */
static bool shared_arguments(struct pair *pair, size_t *moving)
{
    struct exact_walk *walk = pair->found->walk;
    const char *kind = pair->model.items[0].kind;
    bool normal = strcmp(kind, "normal") == 0, binomial = strcmp(kind, "binomial") == 0;
    *moving = binomial;
    if (!normal && !binomial)
        return true;
    size_t same = normal;
    const struct poly *first = pair->model.items[0].args[same];
    if (exact_uses_params(walk, first) || exact_uses_inputs(walk, first))
        return exact_fail(walk, ST_UNABLE, "a mixture of parts whose %s changes",
                          normal ? "standard deviation" : "number of trials");
    for (size_t i = 0; i < pair->model.n + pair->truth.n; i++) {
        const struct simple *part =
            i < pair->model.n ? &pair->model.items[i] : &pair->truth.items[i - pair->model.n];
        if (!poly_equal(part->args[same], first))
            return exact_fail(walk, ST_UNABLE, "a mixture of parts with different %s",
                              normal ? "standard deviations" : "numbers of trials");
    }
    return true;
}

/* Where K is a multiple of the squared difference: what each kind needs. */
static bool mixture_suits(struct pair *pair, size_t moving)
{
    struct exact_walk *walk = pair->found->walk;
    const char *kind = pair->model.items[0].kind;
    bool counts = strcmp(kind, "poisson") == 0, certain = false;
    for (size_t i = 0; i < pair->model.n + pair->truth.n; i++) {
        bool truth = i >= pair->model.n;
        const struct simple *part =
            truth ? &pair->truth.items[i - pair->model.n] : &pair->model.items[i];
        const struct poly *value = part->args[moving];
        if (!is_bounded(walk, value))
            return exact_fail(walk, ST_UNABLE, "a mixture whose parts have no bounds");
        if (counts && !certainly_positive(walk, value, "the rate"))
            return false;
        certain =
            certain || (truth && exact_sign(walk, part->weight) > 0 && inside_unit(walk, value));
    }
    if (!counts && strcmp(kind, "normal") != 0 && !certain)
        return exact_fail(walk, ST_UNABLE,
                          "the truth does not certainly give every count a chance");
    return true;
}

static bool mixture_pair(struct pair *pair)
{
    struct exact_found *found = pair->found;
    struct exact_walk *walk = found->walk;
    const char *kind = pair->model.items[0].kind;
    size_t moving, n = pair->model.n + pair->truth.n, most = SIZE_MAX;
    struct exact_part *parts = arena_new(walk->arena, n, sizeof *parts);
    if (!shared_arguments(pair, &moving) || !mixture_suits(pair, moving))
        return false;
    for (size_t i = 0; i < pair->model.n; i++)
        parts[i] =
            (struct exact_part){pair->model.items[i].weight, pair->model.items[i].args[moving]};
    for (size_t i = 0; i < pair->truth.n; i++)
        parts[pair->model.n + i] = (struct exact_part){
            exact_sub(walk, exact_integer(walk, 0), pair->truth.items[i].weight),
            pair->truth.items[i].args[moving]};
    if (strcmp(kind, "bernoulli") == 0)
        most = 1;
    struct rat trials = {0, 0};
    if (strcmp(kind, "binomial") == 0) {
        if (!poly_rat(pair->model.items[0].args[0], &trials) || trials.num < 1)
            return exact_fail(walk, ST_UNABLE, "a number of trials that is none");
        most = (size_t)trials.num;
    }
    exact_step(found, "By Cauchy and Schwarz each moment's error is at most a constant times the "
                      "root of K (Hellinger), and K is at most the mean square of (p - q)/p, which "
                      "is finite for parts of one kind with bounded parameters");
    return exact_moments(found, parts, n, most, pair->list);
}

/* --- all together ----------------------------------------------------------------------------- */

static bool compare(struct pair *pair)
{
    struct exact_walk *walk = pair->found->walk;
    const char *kind = pair->model.items[0].kind;
    bool single = pair->model.n == 1 && pair->truth.n == 1;
    if (strncmp(kind, "bernoulli", strlen("bernoulli")) == 0 && single &&
        strncmp(pair->truth.items[0].kind, "bernoulli", strlen("bernoulli")) == 0)
        return binary_pair(pair);
    if (!all_of_kind(&pair->model, kind) || !all_of_kind(&pair->truth, kind))
        return exact_fail(walk, ST_UNABLE, "output and truth are of different kinds");
    if (strcmp(kind, "categorical") == 0)
        return label_pairs(pair);
    size_t moving;
    if (single && strcmp(kind, "normal") == 0)
        return normal_pair(pair);
    if (single && (strcmp(kind, "poisson") == 0 || strcmp(kind, "exponential") == 0))
        return rate_pair(pair);
    if (single && strcmp(kind, "binomial") == 0)
        return shared_arguments(pair, &moving) && binary_pair(pair);
    if (strcmp(kind, "normal") == 0 || strcmp(kind, "poisson") == 0 ||
        strcmp(kind, "binomial") == 0 || strcmp(kind, "bernoulli") == 0)
        return mixture_pair(pair);
    return exact_fail(walk, ST_UNABLE, "an output of kind %s is not taken apart", kind);
}

/* Values of an input that has finitely many; 0: it has not; out[MAX_VALUES]. */
static size_t input_atoms(struct exact_walk *walk, const struct distribution_expr *d, double *out)
{
    size_t n = 0;
    if (strncmp(d->name, "bernoulli", strlen("bernoulli")) == 0) {
        double p = strcmp(d->name, "bernoulli") == 0 ? syntax_constant(d->args[0]) : 0.5;
        if (!(p <= 0))
            out[n++] = 1;
        if (!(p >= 1))
            out[n++] = 0;
    } else if (strcmp(d->name, "binomial") == 0) {
        double trials = syntax_constant(d->args[0]), p = syntax_constant(d->args[1]);
        if (!(trials >= 0 && trials < MAX_VALUES && p > 0 && p < 1))
            return 0;
        for (; n <= (size_t)trials; n++)
            out[n] = (double)n;
    } else if (strcmp(d->name, "categorical") == 0) {
        for (size_t i = 0; i < d->n_args && n < MAX_VALUES; i++)
            if (!(syntax_constant(d->args[i]) <= 0))
                out[n++] = (double)i + 1;
    }
    (void)walk;
    return n;
}

struct discrete {
    double values[MAX_VALUES];
    size_t n, at;
};

static bool one_combination(struct exact_found *found, struct exact_differences *list, bool alone)
{
    struct exact_walk *walk = found->walk;
    struct pair *pair = arena_new(walk->arena, 1, sizeof *pair);
    const struct syntax *syntax = walk->syntax;
    pair->found = found;
    pair->list = list;
    pair->alone = alone;
    exact_lower_forget(walk);
    const struct poly *one = exact_integer(walk, 1);
    return flatten(walk, syntax->outputs[0].distribution, one, &pair->model) &&
           flatten(walk, syntax->truths[0].distribution, one, &pair->truth) && pair->model.n > 0 &&
           compare(pair);
}

bool exact_likelihood(struct exact_found *found)
{
    struct exact_walk *walk = found->walk;
    const struct syntax *syntax = walk->syntax;
    struct exact_differences list = {0};
    size_t n_combinations = 1, n_steps = 0;
    if (syntax->n_truths == 0 || syntax->n_outputs != 1)
        return exact_fail(walk, ST_UNABLE, "the truth behind real data is not known, so K is not");
    struct discrete *inputs = arena_new(walk->arena, walk->n_inputs + 1, sizeof *inputs);
    for (size_t i = 0, v = 0; i < syntax->n_inputs; i++)
        for (size_t c = 0; c < syntax->inputs[i].symbol->count; c++, v++) {
            inputs[v].n = input_atoms(walk, syntax->inputs[i].distribution, inputs[v].values);
            n_combinations *= inputs[v].n ? inputs[v].n : 1;
            if (n_combinations > MAX_COMBINATIONS)
                return exact_fail(walk, ST_LIMIT, "more than %d combinations of values of inputs",
                                  MAX_COMBINATIONS);
        }
    walk->inputs_allowed = true;
    for (size_t k = 0; k < n_combinations; k++) {
        size_t rest = k;
        for (size_t v = 0; v < walk->n_inputs; v++)
            if (inputs[v].n > 0) {
                walk->input_values[v] = exact_decimal(walk, inputs[v].values[rest % inputs[v].n]);
                rest /= inputs[v].n;
            }
        if (!one_combination(found, &list, n_combinations == 1))
            return exact_fail(walk, ST_UNABLE, "this likelihood is not taken apart");
        if (k == 0)
            n_steps = found->n_steps;
        found->n_steps = n_steps; /* the argument is the same each time */
    }
    walk->inputs_allowed = false;
    if (n_combinations > 1)
        exact_step(found,
                   "K is a mean over %zu combinations of values of discrete inputs, each "
                   "with a chance above 0: their generators together",
                   n_combinations);
    return found->n_pieces > 0 || exact_functions(found, &list);
}
