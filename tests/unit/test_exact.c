/* Exact reading of models: polynomials as written, and equivalences that hold in numbers too. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/catalogue.h"
#include "cusp/exact.h"
#include "cusp/mem.h"
#include "cusp/rng.h"

enum { MAX_DIM = 12 };

struct read {
    struct model *model;
    struct exact exact;
    struct arena arena;
    enum status status;
    const char *why;
};

static struct read read_text(const char *text)
{
    struct read read = {0};
    struct diags diags;
    diags_init(&diags);
    enum status built = model_from_text(text, NULL, 0, &diags, &read.model);
    if (built != ST_OK)
        print_error("%s: %s\n", text, diags.count ? diags.items[0].message : "?");
    assert_int_equal(built, ST_OK);
    diags_done(&diags);
    arena_init(&read.arena);
    read.status = exact_of(read.model, NULL, &read.arena, &read.exact, &read.why);
    return read;
}

static void read_done(struct read *read)
{
    exact_done(&read->exact);
    arena_done(&read->arena);
    model_unref(read->model);
}

/* All generators of all pieces: "x*y, x" or "x | -x ^1". */
static const char *generators_text(struct read *read)
{
    struct text text;
    text_init(&text);
    for (size_t k = 0; k < read->exact.n_pieces; k++) {
        const struct exact_piece *piece = &read->exact.pieces[k];
        text_add(&text, k ? " | " : "");
        for (size_t i = 0; i < piece->n_generators; i++)
            text_addf(
                &text, "%s%s", i ? ", " : "",
                poly_text(piece->generators[i], read->exact.names, POLY_PLAIN, 0, &read->arena));
        if (piece->power != 2)
            text_addf(&text, " ^%ld", piece->power);
    }
    for (size_t i = 0; i < read->exact.n_prior; i++)
        text_addf(&text, " prior |%s|^%ld/%ld",
                  poly_text(read->exact.prior[i].f, read->exact.names, POLY_PLAIN, 0, &read->arena),
                  read->exact.prior[i].power.num, read->exact.prior[i].power.den);
    const char *copy = arena_text(&read->arena, text_get(&text), text.length);
    text_done(&text);
    return copy;
}

/* --- in numbers ------------------------------------------------------------------------------- */

/* Terms as doubles, so that values cost little. */
struct numbers {
    size_t n, dim;
    double *c;
    unsigned long *e;
};

static struct numbers numbers_of(const struct poly *poly, size_t dim, struct arena *arena)
{
    struct numbers out = {.n = poly_n_terms(poly), .dim = dim};
    out.c = arena_new(arena, out.n + 1, sizeof *out.c);
    out.e = arena_new(arena, out.n * dim + 1, sizeof *out.e);
    for (size_t t = 0; t < out.n; t++) {
        out.c[t] = strtod(poly_coefficient_decimal(poly, t, arena), NULL);
        poly_exponents(poly, t, out.e + t * dim);
    }
    return out;
}

static double value_of(const struct numbers *p, const double *w)
{
    double sum = 0;
    for (size_t t = 0; t < p->n; t++) {
        double term = p->c[t];
        for (size_t i = 0; i < p->dim; i++)
            for (unsigned long k = 0; k < p->e[t * p->dim + i]; k++)
                term *= w[i];
        sum += term;
    }
    return sum;
}

struct piece_numbers {
    const struct exact_piece *piece;
    struct numbers f[64], slopes[64][MAX_DIM];
    size_t n, dim;
};

static double squares(const struct piece_numbers *piece, const double *w)
{
    double sum = 0;
    for (size_t i = 0; i < piece->n; i++)
        sum += pow(value_of(&piece->f[i], w), 2);
    return sum;
}

/* One Levenberg step down the sum of squares, kept in the box and the piece. */
static void step_down(const struct piece_numbers *piece, const struct model *model, double *w,
                      double damping)
{
    size_t d = piece->dim;
    double a[MAX_DIM][MAX_DIM + 1] = {0};
    for (size_t i = 0; i < piece->n; i++) {
        double f = value_of(&piece->f[i], w), g[MAX_DIM];
        for (size_t k = 0; k < d; k++)
            g[k] = value_of(&piece->slopes[i][k], w);
        for (size_t r = 0; r < d; r++) {
            for (size_t c = 0; c < d; c++)
                a[r][c] += g[r] * g[c];
            a[r][d] -= g[r] * f;
        }
    }
    for (size_t r = 0; r < d; r++)
        a[r][r] += damping;
    for (size_t k = 0; k < d; k++)
        for (size_t r = 0; r < d; r++) {
            double ratio = a[r][k] / a[k][k];
            for (size_t c = k; c <= d && r != k; c++)
                a[r][c] -= ratio * a[k][c];
        }
    for (size_t k = 0; k < d; k++) {
        double low = model->params[k].low, high = model->params[k].high;
        low = piece->piece->signs[k] > 0 ? fmax(low, 0) : low;
        high = piece->piece->signs[k] < 0 ? fmin(high, 0) : high;
        w[k] = fmin(fmax(w[k] + a[k][d] / a[k][k], low), high);
    }
}

struct bounds {
    double least, most;
    size_t n;
};

/* K / (Σ f²)^(power/2) at points that shrink to w0. */
static void add_ratios(const struct piece_numbers *piece, const struct model *model,
                       struct program_space *space, struct rng *rng, const double *w0, double reach,
                       struct bounds *bounds)
{
    for (int scale = 0; scale < 8; scale++) {
        double w[MAX_DIM], kl, t = reach * pow(0.4, scale);
        bool inside = true;
        for (size_t k = 0; k < piece->dim; k++) {
            /* coordinates of unlike size, for K is of unlike order in them */
            double size = pow(t, 1 + 2 * rng_uniform(rng));
            w[k] = w0[k] + size * (2 * rng_uniform(rng) - 1);
            inside = inside && w[k] > model->params[k].low && w[k] < model->params[k].high &&
                     piece->piece->signs[k] * w[k] >= 0;
        }
        if (!inside)
            continue;
        program_point(model->kl, space, w, &kl);
        kl -= model->has_zero ? 0 : model->kl_min;
        double sum = pow(squares(piece, w), (double)piece->piece->power / 2);
        if (kl < 1e-11 || sum < 1e-11)
            continue; /* rounding of K */
        bounds->least = fmin(bounds->least, kl / sum);
        bounds->most = fmax(bounds->most, kl / sum);
        bounds->n++;
    }
}

static struct piece_numbers *piece_numbers_of(struct read *read, size_t p)
{
    struct piece_numbers *piece = mem_new(1, sizeof *piece);
    size_t dim = read->exact.dim;
    piece->piece = &read->exact.pieces[p];
    piece->dim = dim;
    piece->n = piece->piece->n_generators;
    assert_true(piece->n <= 64 && dim <= MAX_DIM);
    for (size_t i = 0; i < piece->n; i++) {
        piece->f[i] = numbers_of(piece->piece->generators[i], dim, &read->arena);
        for (size_t k = 0; k < dim; k++) {
            struct poly *slope = poly_derivative(piece->piece->generators[i], k);
            piece->slopes[i][k] = numbers_of(slope, dim, &read->arena);
            poly_free(slope);
        }
    }
    return piece;
}

enum { STEPS_DOWN = 60 };

/* The ratio stays between positive bounds near the origin, and near points of W0 found from random
   starts. Returns the worst most/least of them. */
static double spread_of(struct read *read, size_t n_starts)
{
    struct program_space *space = program_space_new();
    struct rng rng = rng_stream(2385, 0);
    double worst = 1;
    size_t n = 0;
    size_t dim = read->exact.dim;
    for (size_t p = 0; p < read->exact.n_pieces; p++) {
        struct piece_numbers *piece = piece_numbers_of(read, p);
        for (size_t s = 0; s < n_starts; s++) {
            double w[MAX_DIM] = {0};
            struct bounds bounds = {INFINITY, 0, 0};
            for (size_t k = 0; k < dim && s > 0; k++) {
                double low = read->model->params[k].low, high = read->model->params[k].high;
                w[k] = low + (high - low) * rng_uniform(&rng);
                w[k] = piece->piece->signs[k] * w[k] < 0 ? -w[k] : w[k];
            }
            for (int i = 0; i < STEPS_DOWN && s > 0; i++)
                step_down(piece, read->model, w, 1e-3 * squares(piece, w) + 1e-12);
            if (squares(piece, w) < 1e-6)
                for (int repeat = 0; repeat < 12 && (repeat < 4 || bounds.n < 4); repeat++)
                    add_ratios(piece, read->model, space, &rng, w, repeat < 4 ? 0.1 : 0.6, &bounds);
            n += bounds.n;
            worst = bounds.n > 1 ? fmax(worst, bounds.most / bounds.least) : worst;
        }
        mem_free(piece);
    }
    program_space_free(space);
    if (n <= 10)
        print_error("%s: %zu points only\n", read->model->name, n);
    assert_true(n > 10);
    return worst;
}

/* --- potentials ------------------------------------------------------------------------------- */

static const struct {
    const char *text, *expected;
} readings[] = {
    {"K = (x^2 - y^3)^2", "-y^3 + x^2"},
    {"K = x^2 - 2*x*y + y^2", "x - y"},
    {"K = 0.1*x^2 + 1/3*y^4", "x, y^2"},
    {"K = (x - 1)^2*(x^2 + y^2)^4*(1 + z^2)", NULL},
    {"K = x^2*(y^2 + z^2)", "x*y, x*z"},
    {"K = (x^2 + y^2)^3", NULL},
    {"K = x^4 - x^2*y^2 + y^4", "x^4 - x^2*y^2 + y^4 ^1"},
    {"param x, y in [-1, 1]; potential K = abs(x)^3*y^2", "x^3*y^2 ^1"},
    {"param x, y in [-1, 1]; potential K = sqrt(x^4*y^4)", "x*y"},
    {"param x, y in [-1, 1]; potential K = x^2*exp(y) + tanh(y)^2*cos(x)", "x, y"},
    {"param x, y in [-1, 1]; potential K = (x^2 - 2*x*y + y^2)/(1 + x^2)", "x - y"},
    {"param x, y in [-1, 1]; potential K = (1 - cos(x*y))*exp(-x)", "x*y"},
    {"param x, y in [-1, 1]; potential K = expm1(x^2 - y)^2*log1p(x/2)^2/(2 + y)", NULL},
    {"param x, y in [-1, 1]; potential K = x^2*y^2; prior density(abs(x)*y^2*exp(-x^2))",
     "x*y prior |x|^1/1 prior |y|^2/1"},
    {"param x, y in [-1, 1]; potential K = x^2*y^2; prior density(abs(x)^0.5); ",
     "x*y prior |x|^1/2"},
    {"param x, y in [-1, 1]; potential K = x^2*y^2; prior x ~ normal(0, 2)", "x*y"},
    {"const n = 3; param w[n] in [-1, 1]; let s[j in 1..n] = w[j]^2; "
     "potential K = prod(j in 1..n, s[j])",
     "w[1]*w[2]*w[3]"},
    {"param x, y in [-1, 1]; potential K = if(1 > 2, x, y)^2 + max(0, x^2 + 1) - 1 - x^2", "y"},
};

static void test_potentials(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct read read = read_text(readings[i].text);
        if (read.status != ST_OK)
            print_error("%s: %s\n", readings[i].text, read.why);
        assert_int_equal(read.status, ST_OK);
        if (readings[i].expected != NULL)
            assert_string_equal(generators_text(&read), readings[i].expected);
        double spread = spread_of(&read, 12);
        if (!(spread < 2e3))
            print_error("%s: spread %g\n", readings[i].text, spread);
        assert_true(spread < 2e3);
        read_done(&read);
    }
}

/* kl is K itself: the same number at any point. */
static void test_kl_is_k(void **state)
{
    (void)state;
    const char *texts[] = {"K = 0.1*x^2 + 1/3*(x - y)^4", "K = (x*y - 0.25)^2*(1 + z^2)",
                           "param a, b in [-1, 1]; let c = a - 1e-3*b; potential K = c^2 + c^4/7"};
    struct program_space *space = program_space_new();
    struct rng rng = rng_stream(2386, 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct read read = read_text(texts[i]);
        assert_int_equal(read.status, ST_OK);
        assert_non_null(read.exact.kl);
        struct numbers kl = numbers_of(read.exact.kl, read.exact.dim, &read.arena);
        for (int k = 0; k < 50; k++) {
            double w[MAX_DIM], value;
            for (size_t v = 0; v < read.exact.dim; v++)
                w[v] = 2 * rng_uniform(&rng) - 1;
            program_point(read.model->kl, space, w, &value);
            assert_true(fabs(value - value_of(&kl, w)) <= 1e-12 * (1 + value));
        }
        read_done(&read);
    }
    program_space_free(space);
}

/* --- likelihoods ------------------------------------------------------------------------------ */

#define ON_BOX "input x ~ uniform(-1, 1); "
static const struct {
    const char *text, *expected;
} likelihoods[] = {
    {"param a, b in [-2, 2]; " ON_BOX "output y ~ normal(b*tanh(a*x), 1); truth y ~ normal(0, 1)",
     "a*b"},
    {"param a[2], b[2] in [-2, 2]; " ON_BOX
     "output y ~ normal(sum(j in 1..2, b[j]*tanh(a[j]*x)), 1); truth y ~ normal(0, 1)",
     "a[1]*b[1] + a[2]*b[2], a[1]^3*b[1] + a[2]^3*b[2]"},
    {"param a, b in [-2, 2]; " ON_BOX
     "output y ~ normal(b*tanh(a*x), 1); truth y ~ normal(tanh(x), 1)",
     "a*b - 1, a^3*b - 1"},
    {"param a[2], b[2] in [-1.5, 1.5]; input x ~ uniform(-2, 2); output y ~ normal(b[1]*tanh("
     "a[1]*x) + b[2]*tanh(a[2]*x), 1); truth y ~ normal(0.6*tanh(x), 1)",
     NULL},
    {"param a in [0, 1], b in [-1, 1]; " ON_BOX "output y ~ mixture(1 - a: normal(0, 1), "
     "a: normal(b*x, 1)); truth y ~ mixture(0.5: normal(0, 1), 0.5: normal(x, 1))",
     "a*b - 1/2, a*b^2 - 1/2"},
    {"param a, b in [-1, 1]; input x ~ poisson(2); output y ~ normal(a*b*x + b^2, 1); "
     "truth y ~ normal(0, 1)",
     "a*b, b^2"},
    {"param a, b, c in [-2, 2]; " ON_BOX
     "output y ~ normal(b*tanh(a*x) + c*x, 1); truth y ~ normal(0, 1)",
     "a*b + c, a^3*b"},
    {"param a, b, c in [-1, 1]; input x[2] ~ uniform(-1, 1); "
     "output y ~ normal(c*tanh(a*x[1] + b*x[2]), 1); truth y ~ normal(0, 1)",
     "a*c, b*c"},
    {"param a, b in [-2, 2]; " ON_BOX
     "output y ~ normal(b*sin(a*x) + 0.3*a, 1); truth y ~ normal(0, 1)",
     NULL},
    {"param a, b in [-1, 1]; " ON_BOX
     "output y ~ normal(b*exp(a*x) - b, 1); truth y ~ normal(0, 1)",
     "a*b"},
    {"param a, b in [-2, 2]; " ON_BOX
     "output y ~ normal(b*erf(a*x), 0.5); truth y ~ normal(0, 0.5)",
     "a*b"},
    {"param a, b in [-2, 2]; " ON_BOX "output y ~ normal(a*relu(b*x), 1); truth y ~ normal(0, 1)",
     "a*b | a*b"},
    {"param a, b in [-2, 2]; " ON_BOX
     "output y ~ normal(a*relu(b*x), 1); truth y ~ normal(relu(x), 1)",
     "a*b - 1"},
    {"param a, b, c in [-2, 2]; " ON_BOX
     "output y ~ normal(a*leaky_relu(b*x) + c*x, 1); truth y ~ normal(0, 1)",
     NULL},
    {"param a in [0, 1], b in [-2, 2]; "
     "output y ~ mixture(1 - a: normal(0, 1), a: normal(b, 1)); truth y ~ normal(0, 1)",
     "a*b"},
    {"param a in [0, 1], b, c in [-1, 1]; "
     "output y ~ mixture(1 - a: normal(c, 1), a: normal(b, 1)); truth y ~ normal(0, 1)",
     NULL},
    {"param a in [0, 1], b in [0.02, 0.98]; output y ~ mixture(1 - a: binomial(4, 0.5), "
     "a: binomial(4, b)); truth y ~ binomial(4, 0.5)",
     "a*b - 1/2*a"},
    {"param a, b in [0.5, 3]; output y ~ poisson(a*b); truth y ~ poisson(1)", "a*b - 1"},
    {"param a, b in [0.1, 0.6]; output y ~ categorical(a*b, 0.5, 0.5 - a*b); "
     "truth y ~ categorical(0.1, 0.5, 0.4)",
     "a*b - 1/10"},
    {"param a, b in [-1, 1]; " ON_BOX "output y ~ bernoulli(sigmoid(a*b*x + a^2)); "
     "truth y ~ bernoulli(0.5)",
     "a^2, a*b"},
    {"param a, b in [-1, 1]; " ON_BOX "output y ~ normal(a*b*x + b*x^2, 1); "
     "truth y ~ normal(0, 1); prior jeffreys",
     "a*b, b prior |b|^1/1"},
    {"param a, b in [-1, 1]; " ON_BOX "output y ~ normal(a*x + b^3*cos(x), 1); "
     "truth y ~ normal(0, 1)",
     "a, b^3"},
    {"param p in [0, 0.9]; output y ~ bernoulli(p^2); truth y ~ bernoulli(0)", "p^2 ^1"},
    {"param a[2,2], b[2,2] in [-1, 1]; input x[2] ~ normal(0, 1); output y ~ normal(sum(i in 1..2, "
     "b[1,i]*(a[i,1]*x[1] + a[i,2]*x[2])), 1); truth y ~ normal(0, 1)",
     NULL},
    {"param m in [-1, 1], s in [0.5, 2]; output y ~ normal(m^2, s); truth y ~ normal(0, 1)",
     "m^2, s - 1"},
};

static void test_likelihoods(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof likelihoods / sizeof *likelihoods; i++) {
        struct read read = read_text(likelihoods[i].text);
        if (read.status != ST_OK)
            print_error("%s: %s\n", likelihoods[i].text, read.why);
        assert_int_equal(read.status, ST_OK);
        if (likelihoods[i].expected != NULL)
            assert_string_equal(generators_text(&read), likelihoods[i].expected);
        double spread = spread_of(&read, 8);
        if (!(spread < 2e3))
            print_error("%s: %s: spread %g\n", likelihoods[i].text, generators_text(&read), spread);
        assert_true(spread < 2e3);
        read_done(&read);
    }
}

#define BIASED                                                                 \
    "param a[2], b[2], c[2] in [-3, 3]; input x ~ uniform(-2, 2); output y ~ " \
    "normal(b[1]*tanh(a[1]*x + c[1]) + b[2]*tanh(a[2]*x + c[2]), 0.25); "
static const struct {
    const char *text;
    double at[6];
    const char *expected;
} local_ones[] = {
    {BIASED "truth y ~ normal(tanh(x), 0.25)",
     {1, 0.7, 1, 0, 0, 0.3},
     "b[1] - 1, a[1]*b[1] - 1, b[1]*c[1], b[2]"},
    {BIASED "truth y ~ normal(tanh(x), 0.25)",
     {-1, 0, -1, 0, 0, 0},
     "b[1] + 1, a[1]*b[1] - 1, b[1]*c[1], b[2]*c[2], a[2]*b[2]"},
    {BIASED "truth y ~ normal(tanh(x), 0.25)", {1, 1, 0.5, 0.5, 0, 0}, NULL},
    {BIASED "truth y ~ normal(0, 0.25)",
     {1.5, 1.5, 0.7, -0.7, -0.2, -0.2},
     "b[1] + b[2], a[1]*b[1] + a[2]*b[2], b[1]*c[1] + b[2]*c[2]"},
    {BIASED "truth y ~ normal(0, 0.25)", {3, 1, 0, 0, 0.6, 0.2}, "b[1], b[2]"},
};

/* Near a point only: the ratio there. */
static void test_biases(void **state)
{
    (void)state;
    struct program_space *space = program_space_new();
    for (size_t i = 0; i < sizeof local_ones / sizeof *local_ones; i++) {
        struct read read = read_text(local_ones[i].text);
        struct bounds bounds = {INFINITY, 0, 0};
        struct rng rng = rng_stream(2387, 0);
        exact_done(&read.exact);
        read.status = exact_of(read.model, local_ones[i].at, &read.arena, &read.exact, &read.why);
        if (read.status != ST_OK)
            print_error("%zu: %s\n", i, read.why);
        assert_int_equal(read.status, ST_OK);
        assert_true(read.exact.local);
        if (local_ones[i].expected != NULL)
            assert_string_equal(generators_text(&read), local_ones[i].expected);
        struct piece_numbers *piece = piece_numbers_of(&read, 0);
        assert_true(squares(piece, local_ones[i].at) < 1e-20);
        for (int repeat = 0; repeat < 20; repeat++)
            add_ratios(piece, read.model, space, &rng, local_ones[i].at, 0.1, &bounds);
        mem_free(piece);
        assert_true(bounds.n > 40);
        if (bounds.most / bounds.least > 2e4)
            print_error("%zu: %g .. %g\n", i, bounds.least, bounds.most);
        assert_true(bounds.most / bounds.least < 2e4);
        read_done(&read);
    }
    program_space_free(space);
}

/* --- the catalogue ---------------------------------------------------------------------------- */

static const char *const unable[] = {"gelu-two", "leaky-relu-two", "old-faithful", "relu-kinks",
                                     "relu-two", "relu-three",     "tanh-bias",    NULL};

static void test_catalogue(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(catalogue_open(NULL, &diags, &catalogue), ST_OK);
    for (size_t i = 0; i < catalogue.n_entries; i++) {
        const char *name = catalogue.entries[i].name;
        struct read read = {0};
        bool refused = false;
        for (size_t k = 0; unable[k] != NULL; k++)
            refused = refused || strcmp(unable[k], name) == 0;
        if (refused && strcmp(name, "tanh-bias") != 0)
            continue; /* slow to build */
        assert_int_equal(catalogue_load(&catalogue, name, NULL, 0, &diags, &read.model), ST_OK);
        arena_init(&read.arena);
        read.status = exact_of(read.model, NULL, &read.arena, &read.exact, &read.why);
        if (read.status != (refused ? ST_UNABLE : ST_OK))
            print_error("%s: %s\n", name, read.why ? read.why : "");
        assert_int_equal(read.status, refused ? ST_UNABLE : ST_OK);
        if (!refused) {
            double spread = spread_of(&read, 5);
            /* powers up to a^7 of weights up to 3 make wide bounds */
            double limit = strncmp(name, "tanh", 4) == 0 ? 1e6 : 2e3;
            if (!(spread < limit))
                print_error("%s: %s: spread %g\n", name, generators_text(&read), spread);
            assert_true(spread < limit);
        }
        read_done(&read);
    }
    catalogue_done(&catalogue);
    diags_done(&diags);
}

/* Where K is 0 on a part of the box with volume: its signs, and pieces elsewhere. */
static void test_flat(void **state)
{
    (void)state;
    struct read read =
        read_text("param a,b in [-1,1]; input x ~ uniform(-1,0); output y ~ normal(a*relu(b*x),1); "
                  "truth y ~ normal(0,1)");
    assert_int_equal(read.status, ST_OK);
    assert_non_null(read.exact.flat);
    assert_int_equal(read.exact.flat[0], 0);
    assert_int_equal(read.exact.flat[1], 1);
    assert_int_equal(read.exact.n_pieces, 1);
    assert_int_equal(read.exact.pieces[0].signs[1], -1);
    struct text text;
    const char *why = NULL;
    text_init(&text);
    assert_int_equal(exact_export(read.model, "singular", &text, &why), ST_UNABLE);
    assert_non_null(strstr(why, "K is 0 wherever"));
    text_done(&text);
    read_done(&read);
    read = read_text("param a,b in [-1,1]; potential K = 0*a");
    assert_int_equal(read.status, ST_OK);
    assert_non_null(read.exact.flat);
    assert_int_equal(read.exact.n_pieces, 0);
    read_done(&read);
    read = read_text("param a,b in [-1,1]; potential K = (a*b)^2");
    assert_null(read.exact.flat);
    read_done(&read);
}

/* Refusals name the parameters, not the index of a sum around them. */
static void test_indices_in_words(void **state)
{
    (void)state;
    struct read read =
        read_text("param a[2],b[2] in [-1,1]; input x ~ uniform(-1,1); output y ~ normal("
                  "sum(j in 1..2, b[j]*tanh(a[j]*x)^2),1); truth y ~ normal(0,1)");
    assert_int_equal(read.status, ST_UNABLE);
    if (!strstr(read.why, "tanh(a[1]*x)"))
        fail_msg("%s", read.why);
    read_done(&read);
    read = read_text("param a[2] in [-1,1]; potential K = sum(j in 1..2, step(a[j] - j)*"
                     "sum(k in 1..2, a[k]^2))");
    assert_int_equal(read.status, ST_UNABLE);
    if (!strstr(read.why, "step(a[1] - 1)"))
        fail_msg("%s", read.why);
    read_done(&read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_potentials),       cmocka_unit_test(test_kl_is_k),
        cmocka_unit_test(test_likelihoods),      cmocka_unit_test(test_biases),
        cmocka_unit_test(test_catalogue),        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_indices_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
