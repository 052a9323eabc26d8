/* λ of a whole box where W0 is a smooth surface of one equation: no point of it is needed. */
#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "rlct_private.h"

enum { N_SAMPLES = 300, GRID = 64, MAX_FACTORED_DEGREE = 60 };

/* --- signs ------------------------------------------------------------------------------------ */

/* Signs of f seen so far at points inside the box. */
struct signs {
    const struct rlct_work *work;
    const struct poly *f;
    bool above, below;
    struct arena arena;
};

/* at[dim]: shares of the box's sides, or a point itself. */
static void look_at(struct signs *signs, const double *at, bool shares)
{
    const struct model *model = signs->work->model;
    struct poly *constants[POLY_MAX_VARS] = {NULL}, *value = NULL;
    size_t n = 0;
    bool inside = true;
    for (; n < model->dim && inside; n++) {
        const struct model_param *param = &model->params[n];
        double w = shares ? param->low + at[n] * (param->high - param->low) : at[n];
        const char *text = exact_number(w, &signs->arena);
        inside = w > param->low && w < param->high;
        if (poly_number(0, text, strlen(text), &constants[n]) != ST_OK) {
            inside = false;
            break;
        }
    }
    if (inside && poly_compose(signs->f, (const struct poly *const *)constants, &value) == ST_OK) {
        int sign = poly_sign(value);
        signs->above = signs->above || sign > 0;
        signs->below = signs->below || sign < 0;
    }
    poly_free(value);
    while (n > 0)
        poly_free(constants[--n]);
}

static bool both(const struct signs *signs)
{
    return signs->above && signs->below;
}

static void look_at_grid(struct signs *signs)
{
    double at[SYNTAX_MAX_PARAMS];
    uint64_t state = 0x2385;
    size_t dim = signs->work->model->dim;
    for (size_t k = 0; k < N_SAMPLES && !both(signs); k++) {
        for (size_t i = 0; i < dim; i++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            at[i] = (double)(1 + (state >> 33) % (GRID - 1)) / GRID;
        }
        look_at(signs, at, true);
    }
    for (size_t k = 0; dim <= RESOLUTION_MAX_VARS && k < (size_t)1 << dim && !both(signs); k++) {
        for (size_t i = 0; i < dim; i++)
            at[i] = k >> i & 1 ? 1.0 / GRID : 1 - 1.0 / GRID;
        look_at(signs, at, true);
    }
}

/* Around where K was found least. */
static void look_near_zero(struct signs *signs)
{
    const struct model *model = signs->work->model;
    double at[SYNTAX_MAX_PARAMS];
    for (size_t k = 0; k < 2 * model->dim && !both(signs); k++) {
        const struct model_param *param = &model->params[k / 2];
        memcpy(at, model->kl_min_at, model->dim * sizeof *at);
        at[k / 2] += (k % 2 ? -1e-3 : 1e-3) * (param->high - param->low);
        look_at(signs, at, false);
    }
}

bool rlct_changes_sign(struct rlct_work *work, const struct poly *f)
{
    struct signs signs = {.work = work, .f = f};
    arena_init(&signs.arena);
    look_at_grid(&signs);
    look_near_zero(&signs);
    arena_done(&signs.arena);
    return both(&signs);
}

/* --- smoothness ------------------------------------------------------------------------------- */

/* f and its derivatives have no common zero; then f has no square factor either. */
static bool is_smooth(const struct poly *f)
{
    size_t n = poly_n_vars(f);
    struct poly **list = mem_new(n + 1, sizeof *list);
    bool smooth = false;
    list[0] = poly_copy(f);
    for (size_t i = 0; i < n; i++) {
        list[i + 1] = poly_derivative(f, i);
        smooth = smooth || (poly_is_constant(list[i + 1]) && !poly_is_zero(list[i + 1]));
    }
    smooth = smooth || poly_no_common_zero((const struct poly *const *)list, n + 1);
    for (size_t i = 0; i <= n; i++)
        poly_free(list[i]);
    mem_free(list);
    return smooth;
}

struct surface {
    bool found;
    long power;       /* of the factor that counts */
    const char *text; /* it */
};

static struct poly *radical_of(const struct poly_factors *factors, size_t n_vars)
{
    struct poly *out = poly_integer(n_vars, 1);
    for (size_t k = 0; k < factors->n; k++) {
        struct poly *next = poly_mul(out, factors->factor[k]);
        poly_free(out);
        out = next;
    }
    return out;
}

static void take(struct rlct_work *work, const struct poly *f, unsigned long power,
                 struct arena *arena, struct surface *out)
{
    if (out->found || !rlct_changes_sign(work, f))
        return;
    out->found = true;
    out->power = (long)power;
    out->text = poly_text(f, work->exact.names, POLY_PLAIN, 8, arena);
}

/* Disjoint smooth surfaces, of which those with the highest power decide. */
static void look_at_factors(struct rlct_work *work, const struct poly *f, struct arena *arena,
                            struct surface *out)
{
    struct poly_factors factors;
    unsigned long most = 0;
    if (poly_degree(f) > MAX_FACTORED_DEGREE || poly_factor(f, arena, &factors) != ST_OK)
        return;
    struct poly *radical = radical_of(&factors, poly_n_vars(f));
    bool smooth = is_smooth(radical);
    poly_free(radical);
    for (size_t k = 0; k < factors.n; k++)
        most = factors.power[k] > most ? factors.power[k] : most;
    for (size_t k = 0; k < factors.n && smooth; k++) {
        if (factors.power[k] == most)
            take(work, factors.factor[k], most, arena, out);
    }
    poly_factors_done(&factors);
}

static bool divides(const struct poly *f, const struct poly *g)
{
    struct poly *quotient = NULL;
    bool fine = poly_divide(g, f, &quotient) == ST_OK;
    poly_free(quotient);
    return fine;
}

/* The generator that all others are multiples of, so that K is as its power; NULL: there is none.
 */
static const struct poly *equation_of(const struct exact_piece *piece)
{
    for (size_t g = 0; g < piece->n_generators; g++) {
        bool all = true;
        for (size_t k = 0; k < piece->n_generators && all; k++)
            all = k == g || divides(piece->generators[g], piece->generators[k]);
        if (all)
            return piece->generators[g];
    }
    return NULL;
}

static void *look(struct arena *arena, void *context)
{
    struct rlct_work *work = context;
    struct surface *out = arena_new(arena, 1, sizeof *out);
    const struct poly *f = equation_of(&work->exact.pieces[0]);
    out->text = "";
    if (f == NULL)
        return out;
    if (is_smooth(f))
        take(work, f, 1, arena, out);
    else
        look_at_factors(work, f, arena, out);
    return out;
}

/* One equation on the whole box, with a positive prior. */
static bool is_plain(const struct exact *exact)
{
    bool plain = exact->n_pieces == 1 && exact->pieces[0].n_generators > 0 && exact->n_prior == 0 &&
                 !exact->local && !exact->flat;
    for (size_t i = 0; i < exact->dim && plain && exact->pieces[0].signs; i++)
        plain = exact->pieces[0].signs[i] == 0;
    return plain;
}

bool rlct_smooth_surface(struct rlct_work *work)
{
    double seconds = work->options->seconds > 0 ? work->options->seconds : 10;
    struct isolate_limits limits = {.seconds = seconds * 0.15,
                                    .memory = work->options->memory ? work->options->memory
                                                                    : (size_t)1 << 30,
                                    .result_size = 1 << 20,
                                    .in_process = work->options->in_process};
    struct isolated asked;
    if (work->options->at || !is_plain(&work->exact))
        return false;
    bool found = isolate_run(look, work, &limits, NULL, &asked) == ST_OK;
    const struct surface *surface = asked.result;
    if (found && surface->found) {
        long power = work->exact.pieces[0].power * surface->power;
        const char *why = arena_textf(
            work->arena,
            "W0 is smooth, as its equation and its derivatives have no common zero, and K is the "
            "%ld%s power of %s, which changes its sign inside the box: λ is 1/%ld.",
            power,
            power == 2   ? "nd"
            : power == 1 ? "st"
            : power == 3 ? "rd"
                         : "th",
            surface->text, power);
        rlct_settle(work, (struct rat){1, power}, 1, "regular directions everywhere", why);
        work->rlct->at = NULL;
        work->rlct->at_text = "";
        work->rlct->resolution = NULL;
        work->answer->status = ST_OK;
        rlct_step(work, why);
    }
    found = found && surface->found;
    isolated_done(&asked);
    return found;
}
