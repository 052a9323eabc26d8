/* Priors: the log of a density on the box that need not be normalised, and its normaliser. */
#include "model_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

#define LOG_SQRT_PI 0.57236494292470008707
/* erfc underflows at 26.5; its asymptotic series is good to rounding from here on. */
#define ERFC_SERIES_FROM 25.0

struct prior_builder {
    const struct syntax *syntax;
    struct lower *lower;
    struct model *model;
    struct diags *diags;
    bool *given; /* [dim] */
    uint32_t log_prior;
    double log_norm;
    bool any, failed;
};

/* log erfc(x) for x ≥ 0, also where erfc itself underflows. Abramowitz and Stegun 7.1.23. */
static double log_erfc(double x)
{
    if (x < ERFC_SERIES_FROM)
        return log(erfc(x));
    double y = 1 / (2 * x * x);
    double series = -y * (1 - 3 * y * (1 - 5 * y * (1 - 7 * y * (1 - 9 * y * (1 - 11 * y)))));
    return -x * x - log(x) - LOG_SQRT_PI + log1p(series);
}

/* log ∫_a^b exp(−t²/2) dt, a < b, either may be far in a tail. */
static double log_gauss_integral(double a, double b)
{
    static const double nodes[] = {0.14887433898163121, 0.43339539412924719, 0.67940956829902441,
                                   0.86506336668898451, 0.97390652851717172};
    static const double weights[] = {0.29552422471475287, 0.26926671930999636, 0.21908636251598204,
                                     0.14945134915058059, 0.06667134430868814};
    if (b <= 0)
        return log_gauss_integral(-b, -a);
    if ((b - a) * (1 + fabs(a)) <
        0.5) { /* the difference of two erf would cancel: Gauss–Legendre */
        double middle = (a + b) / 2, half = (b - a) / 2, total = 0;
        for (size_t i = 0; i < 5; i++) {
            double t = half * nodes[i];
            total += weights[i] * exp(-t * t / 2) * 2 * cosh(middle * t);
        }
        return log(half) + log(total) - middle * middle / 2;
    }
    double x = a * M_SQRT1_2, y = b * M_SQRT1_2;
    if (a <= 0)
        return log(erf(y) - erf(x)) + 0.5 * log(M_PI / 2);
    return log_erfc(x) + log1p(-exp(log_erfc(y) - log_erfc(x))) + 0.5 * log(M_PI / 2);
}

static void prior_fault(struct prior_builder *builder, struct span at, const char *message)
{
    diags_add(builder->diags, SEV_ERROR, builder->syntax->file, builder->syntax->source, at, "%s",
              message);
    builder->failed = true;
}

static void add_log(struct prior_builder *builder, uint32_t node)
{
    struct dag *dag = builder->model->dag;
    builder->log_prior = builder->any ? dag_op(dag, OP_ADD, builder->log_prior, node, 0) : node;
    builder->any = true;
}

/* Adds log φ̃ = 0 on [low, high], −∞ elsewhere in the parameter's box; the box's part of it stays.
 */
static bool add_support(struct prior_builder *builder, size_t i, double *low, double *high)
{
    const struct model_param *param = &builder->model->params[i];
    struct dag *dag = builder->model->dag;
    uint32_t w = dag_var(dag, (uint32_t)i), inside = 0;
    bool from = *low > param->low, to = *high < param->high;
    if (from)
        inside = dag_op(dag, OP_GE, w, dag_const(dag, *low), 0);
    if (to) {
        uint32_t below = dag_op(dag, OP_LE, w, dag_const(dag, *high), 0);
        inside = from ? dag_op(dag, OP_AND, inside, below, 0) : below;
    }
    if (from || to)
        add_log(builder, dag_op(dag, OP_IF, inside, dag_const(dag, 0), dag_const(dag, -INFINITY)));
    *low = fmax(*low, param->low);
    *high = fmin(*high, param->high);
    return *low < *high;
}

static const char *add_uniform(struct prior_builder *builder, size_t i, const double *args)
{
    double low = args[0], high = args[1];
    if (!(low < high))
        return "uniform(low, high) needs low < high";
    if (!add_support(builder, i, &low, &high))
        return "this prior is zero everywhere in the parameter's box";
    builder->log_norm += log(high - low);
    return NULL;
}

static const char *add_normal(struct prior_builder *builder, size_t i, const double *args)
{
    const struct model_param *param = &builder->model->params[i];
    struct dag *dag = builder->model->dag;
    double mean = args[0], sd = args[1];
    if (!(sd > 0))
        return "normal(mean, sd) needs sd > 0";
    uint32_t w = dag_var(dag, (uint32_t)i);
    uint32_t square = dag_powi(dag, dag_op(dag, OP_SUB, w, dag_const(dag, mean), 0), 2);
    add_log(builder, dag_op(dag, OP_MUL, dag_const(dag, -0.5 / sd / sd), square, 0));
    builder->log_norm +=
        log(sd) + log_gauss_integral((param->low - mean) / sd, (param->high - mean) / sd);
    return NULL;
}

static const char *add_exponential(struct prior_builder *builder, size_t i, const double *args)
{
    struct dag *dag = builder->model->dag;
    double rate = args[0], low = 0, high = INFINITY;
    if (!(rate > 0))
        return "exponential(rate) needs rate > 0";
    if (!add_support(builder, i, &low, &high))
        return "this prior is zero everywhere in the parameter's box";
    add_log(builder, dag_op(dag, OP_MUL, dag_const(dag, -rate), dag_var(dag, (uint32_t)i), 0));
    builder->log_norm += -rate * low + log(-expm1(-rate * (high - low))) - log(rate);
    return NULL;
}

static const struct prior_kind_row {
    const char *name;
    size_t n_args;
    const char *(*add)(struct prior_builder *builder, size_t i, const double *args);
} prior_kinds[] = {
    {.name = "uniform", .n_args = 2, .add = add_uniform},
    {.name = "normal", .n_args = 2, .add = add_normal},
    {.name = "exponential", .n_args = 1, .add = add_exponential},
};

static const struct prior_kind_row *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof prior_kinds / sizeof *prior_kinds; i++)
        if (strcmp(prior_kinds[i].name, name) == 0)
            return &prior_kinds[i];
    return NULL;
}

/* The components a prior is about: [*first, *first + *count). */
static bool prior_components(struct prior_builder *builder, const struct prior_stmt *prior,
                             size_t *first, size_t *count)
{
    const struct expr *target = prior->target;
    if (target == NULL || target->kind != EX_NAME || target->symbol->kind != SYM_PARAM) {
        prior_fault(builder, prior->at, "a prior is about a parameter");
        return false;
    }
    *first = target->symbol->first;
    *count = target->symbol->count;
    if (target->n_args == 0)
        return true;
    uint32_t node;
    if (lower_expr(builder->lower, target, &node) != ST_OK) {
        builder->failed = true;
        return false;
    }
    *first = dag_node(builder->model->dag, node)->variable;
    *count = 1;
    return true;
}

static void add_of_param(struct prior_builder *builder, const struct prior_stmt *prior)
{
    const struct distribution_expr *distribution = prior->distribution;
    const struct prior_kind_row *kind = find_kind(distribution->name);
    size_t first, count;
    double args[2] = {0, 0};
    if (!prior_components(builder, prior, &first, &count))
        return;
    if (kind == NULL) {
        prior_fault(builder, distribution->at,
                    "a prior is uniform(low, high), normal(mean, sd), exponential(rate), or "
                    "density(…)");
        return;
    }
    if (distribution->n_args != kind->n_args) {
        prior_fault(builder, distribution->at, "wrong number of arguments");
        return;
    }
    for (size_t k = 0; k < kind->n_args; k++) {
        if (lower_number(builder->lower, distribution->args[k], &args[k]) != ST_OK) {
            builder->failed = true;
            return;
        }
    }
    for (size_t i = first; i < first + count; i++) {
        const char *why =
            builder->given[i] ? "this parameter already has a prior" : kind->add(builder, i, args);
        if (why != NULL) {
            prior_fault(builder, distribution->at, why);
            return;
        }
        builder->given[i] = true;
    }
}

struct density_fault {
    const struct program *program;
    struct program_space *space;
};

static bool density_is_bad(const double *w, void *context)
{
    const struct density_fault *fault = context;
    double value;
    program_point(fault->program, fault->space, w, &value);
    return !(value >= 0) || isinf(value);
}

/* Negative, undefined or infinite anywhere, or zero everywhere: said with a witness. */
static void check_density(struct prior_builder *builder, const struct prior_stmt *prior,
                          const struct program *program)
{
    enum { N = 2048 };
    struct model *model = builder->model;
    struct density_fault fault = {program, program_space_new()};
    double w[SYNTAX_MAX_PARAMS], value;
    bool bad = false, positive = false;
    for (size_t i = 0; i < N && !bad; i++) {
        probe_point(model, i, w);
        program_point(program, fault.space, w, &value);
        bad = density_is_bad(w, &fault);
        positive = positive || value > 0;
    }
    if (!bad)
        bad = branch_least(model, program, fault.space, 0, 256, w) < 0;
    struct text message;
    text_init(&message);
    if (bad) {
        probe_plain_witness(model, density_is_bad, &fault, w);
        program_point(program, fault.space, w, &value);
        char number[64];
        text_number(number, sizeof number, value, 6);
        text_add(&message, value < 0 ? "the prior is negative: " : "the prior is not finite: ");
        probe_add_point(model, "density", w, &message);
        text_addf(&message, value < 0 ? " = %s" : " is %s", number);
    } else if (!positive) {
        text_add(&message, "the prior is zero everywhere in its box");
    }
    if (message.length > 0)
        prior_fault(builder, prior->at, text_get(&message));
    text_done(&message);
    program_space_free(fault.space);
}

static void add_density(struct prior_builder *builder, const struct prior_stmt *prior)
{
    struct dag *dag = builder->model->dag;
    uint32_t density;
    if (lower_expr(builder->lower, prior->density, &density) != ST_OK) {
        builder->failed = true;
        return;
    }
    struct program *program = program_new(dag, &density, 1);
    check_density(builder, prior, program);
    program_free(program);
    const struct dag_node *node = dag_node(dag, density);
    if (node->op == OP_EXP)
        add_log(builder, node->args[0]);
    else
        add_log(builder, dag_op(dag, OP_LOG, density, 0, 0));
    builder->log_norm = NAN;
}

/* One density for all parameters, or one distribution for each: not both. */
static void add_statement(struct prior_builder *builder, size_t index)
{
    const struct prior_stmt *prior = &builder->syntax->priors[index];
    for (size_t i = 0; i < index; i++) {
        enum prior_kind before = builder->syntax->priors[i].kind;
        if (before != PRIOR_OF_PARAM || prior->kind != PRIOR_OF_PARAM) {
            prior_fault(builder, prior->at,
                        "a second prior for the same parameters; give one density, or one "
                        "distribution for each parameter");
            return;
        }
    }
    switch (prior->kind) {
    case PRIOR_UNIFORM:
        break;
    case PRIOR_OF_PARAM:
        add_of_param(builder, prior);
        break;
    case PRIOR_DENSITY:
        add_density(builder, prior);
        break;
    case PRIOR_JEFFREYS:
        prior_fault(builder, prior->at,
                    "the Jeffreys prior needs a likelihood; a potential alone does not define it");
        break;
    }
}

enum status prior_build(const struct syntax *syntax, struct lower *lower, struct model *model,
                        struct diags *diags)
{
    bool given[SYNTAX_MAX_PARAMS] = {false};
    struct prior_builder builder = {
        .syntax = syntax, .lower = lower, .model = model, .diags = diags, .given = given};
    for (size_t i = 0; i < syntax->n_priors; i++)
        add_statement(&builder, i);
    if (builder.failed)
        return ST_INPUT;
    for (size_t i = 0; i < model->dim; i++)
        if (!given[i])
            builder.log_norm += log(model->params[i].high - model->params[i].low);
    model->log_prior_norm = builder.log_norm;
    if (builder.any)
        model->log_prior = program_new(model->dag, &builder.log_prior, 1);
    return ST_OK;
}
