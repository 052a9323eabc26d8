/* Priors: the log of a density on the box that need not be normalised, and its normaliser. */
#include "model_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "law.h"
#include "likelihood_parts.h"

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
    /* φ̃ lacks the factor 1 / (sd √2π). */
    builder->log_norm += distribution_named("normal")->log_mass(args, 2, param->low, param->high) +
                         log(sd) + 0.5 * log(2 * M_PI);
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
    builder->log_norm +=
        distribution_named("exponential")->log_mass(args, 1, low, high) - log(rate);
    return NULL;
}

/* Any other continuous distribution: its own log density, and its mass in the box. */
static const char *add_law(struct prior_builder *builder, size_t i, const struct law *law)
{
    struct dag *dag = builder->model->dag;
    const struct model_param *param = &builder->model->params[i];
    uint32_t *nodes = mem_new(law->n_flat, sizeof *nodes);
    double *flat = mem_new(law->n_flat, sizeof *flat), log_mass = NAN;
    bool numbers = true;
    law_flat(law, nodes);
    for (size_t k = 0; k < law->n_flat; k++)
        numbers = dag_is_const(dag, nodes[k], &flat[k]) && isfinite(flat[k]) && numbers;
    const char *why = numbers ? law_fault(law, flat) : "the arguments of a prior must be numbers";
    if (why == NULL && law_discrete(law))
        why = "a prior is a density; this distribution gives whole numbers";
    if (why == NULL)
        log_mass = law_log_mass(law, flat, param->low, param->high);
    mem_free(flat);
    mem_free(nodes);
    if (why != NULL)
        return why;
    if (log_mass == -INFINITY)
        return "this prior is zero everywhere in the parameter's box";
    uint32_t box[] = {dag_const(dag, param->low), dag_const(dag, param->high)};
    const struct law whole = {.kind = distribution_named("uniform"), .n_args = 2, .args = box};
    add_log(builder, law_log_density_on(dag, &whole, law, dag_var(dag, (uint32_t)i)));
    builder->log_norm += log_mass;
    return NULL;
}

/* Kinds whose log density is plainer without its constants. */
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

/* The numbers of a kind that has a row here. */
static bool plain_args(struct prior_builder *builder, const struct distribution_expr *distribution,
                       size_t n_args, double *args)
{
    if (distribution->n_args != n_args) {
        prior_fault(builder, distribution->at, "wrong number of arguments");
        return false;
    }
    for (size_t k = 0; k < n_args; k++) {
        if (lower_number(builder->lower, distribution->args[k], &args[k]) != ST_OK) {
            builder->failed = true;
            return false;
        }
    }
    return true;
}

static void add_of_param(struct prior_builder *builder, const struct prior_stmt *prior)
{
    const struct distribution_expr *distribution = prior->distribution;
    const struct prior_kind_row *kind = find_kind(distribution->name);
    struct law *law = NULL;
    size_t first, count;
    double args[2] = {0, 0};
    if (!prior_components(builder, prior, &first, &count))
        return;
    if (kind != NULL && !plain_args(builder, distribution, kind->n_args, args))
        return;
    if (kind == NULL &&
        law_lower(builder->lower, distribution, builder->diags, builder->syntax, &law) != ST_OK) {
        builder->failed = true;
        return;
    }
    for (size_t i = first; i < first + count; i++) {
        const char *why = builder->given[i] ? "this parameter already has a prior"
                          : kind != NULL    ? kind->add(builder, i, args)
                                            : add_law(builder, i, law);
        if (why != NULL) {
            prior_fault(builder, distribution->at, why);
            break;
        }
        builder->given[i] = true;
    }
    law_free(law);
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

static void add_jeffreys(struct prior_builder *builder, const struct prior_stmt *prior)
{
    uint32_t node;
    const char *why = fisher_jeffreys(builder->model, &node);
    if (why != NULL) {
        prior_fault(builder, prior->at, why);
        return;
    }
    add_log(builder, node);
    builder->log_norm = NAN;
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
        add_jeffreys(builder, prior);
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
