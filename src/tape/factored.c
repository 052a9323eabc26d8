/* Taking factors that do not depend on the row out of sums over rows: Σ b f(r) = b Σ f(r). */
#include "factored.h"

#include "cusp/mem.h"

/* A value as a product of a part without rows and a part with: nodes of the new graph. */
struct form {
    uint32_t scale, core;
};

struct factoring {
    const struct program *program;
    struct dag *dag;
    uint32_t one;
    struct form *forms; /* [values] */
};

static uint32_t times(const struct factoring *f, uint32_t a, uint32_t b)
{
    return dag_op(f->dag, OP_MUL, a, b, 0);
}

static uint32_t whole(const struct factoring *f, uint32_t value)
{
    return times(f, f->forms[value].scale, f->forms[value].core);
}

static bool without_rows(const struct factoring *f, uint32_t value)
{
    return f->forms[value].core == f->one;
}

static bool is_zero(const struct factoring *f, uint32_t node)
{
    double value;
    return dag_is_const(f->dag, node, &value) && value == 0;
}

/* The step on whole values. */
static uint32_t plain_step(const struct factoring *f, const struct program_step *step)
{
    uint32_t args[3] = {0};
    for (int k = 0; k < op_info(step->op)->arity; k++) {
        args[k] = whole(f, step->args[k]);
    }
    if (step->op ==
        OP_STEP) { /* the relu is there when its slope is; so its argument is done with */
        args[0] = dag_op(f->dag, OP_RELU, args[0], 0, 0);
    }
    return step->op == OP_POWI ? dag_powi(f->dag, args[0], step->exponent)
                               : dag_op(f->dag, step->op, args[0], args[1], args[2]);
}

static struct form factor_step(const struct factoring *f, const struct program_step *step)
{
    const struct form *a = &f->forms[step->args[0]], *b = &f->forms[step->args[1]];
    const struct form *c = &f->forms[step->args[2]];
    bool all = true;
    for (int k = 0; k < op_info(step->op)->arity; k++) {
        all = all && without_rows(f, step->args[k]);
    }
    if (all) {
        return (struct form){plain_step(f, step), f->one};
    }
    switch ((int)step->op) {
    case OP_MUL:
        return (struct form){times(f, a->scale, b->scale), times(f, a->core, b->core)};
    case OP_DIV:
        return (struct form){dag_op(f->dag, OP_DIV, a->scale, b->scale, 0),
                             dag_op(f->dag, OP_DIV, a->core, b->core, 0)};
    case OP_NEG:
        return (struct form){dag_op(f->dag, OP_NEG, a->scale, 0, 0), a->core};
    case OP_ADD:
    case OP_SUB:
        if (a->scale == b->scale && !without_rows(f, step->args[0]) &&
            !without_rows(f, step->args[1])) {
            return (struct form){a->scale, dag_op(f->dag, step->op, a->core, b->core, 0)};
        }
        break;
    case OP_POWI:
        if (step->exponent == 2) {
            return (struct form){dag_powi(f->dag, a->scale, 2), dag_powi(f->dag, a->core, 2)};
        }
        break;
    case OP_IF: /* a masked value keeps its scale */
        if (is_zero(f, c->scale) || is_zero(f, b->scale)) {
            const struct form *kept = is_zero(f, c->scale) ? b : c;
            uint32_t yes = kept == b ? b->core : b->scale, no = kept == b ? c->scale : c->core;
            return (struct form){kept->scale,
                                 dag_op(f->dag, OP_IF, whole(f, step->args[0]), yes, no)};
        }
        break;
    }
    return (struct form){f->one, plain_step(f, step)};
}

static void factor_values(const struct factoring *f, size_t n_free)
{
    const struct program *program = f->program;
    size_t first = program->n_variables + program->n_consts;
    for (size_t v = 0; v < program->n_variables; v++) {
        uint32_t node = dag_var(f->dag, (uint32_t)v);
        f->forms[v] = v < n_free ? (struct form){node, f->one} : (struct form){f->one, node};
    }
    for (size_t k = 0; k < program->n_consts; k++) {
        uint32_t node = dag_const(f->dag, program->consts[k]);
        f->forms[program->n_variables + k] = (struct form){node, f->one};
    }
    for (size_t i = 0; i < program->n_steps; i++) {
        f->forms[first + i] = factor_step(f, &program->steps[i]);
    }
}

/* The place of the node in the list, put at its end if it is not there: place[node] is that + 1. */
static uint32_t list_place(uint32_t node, uint32_t *list, size_t *n, uint32_t *place)
{
    if (place[node] == 0) {
        list[(*n)++] = node;
        place[node] = (uint32_t)*n;
    }
    return place[node] - 1;
}

static void list_outputs(const struct factoring *f, struct factored *factored)
{
    const struct program *program = f->program;
    size_t n_nodes = dag_n_nodes(f->dag), n_cores = 0, n_scales = 0;
    uint32_t *cores = mem_new(program->n_outputs + 1, sizeof *cores);
    uint32_t *scales = mem_new(program->n_outputs + 1, sizeof *scales);
    uint32_t *core_place = mem_new(n_nodes, sizeof *core_place);
    uint32_t *scale_place = mem_new(n_nodes, sizeof *scale_place);
    for (size_t o = 0; o < program->n_outputs; o++) {
        const struct form *form = &f->forms[program->outputs[o]];
        struct factored_output *output = &factored->outputs[o];
        *output = (struct factored_output){FACTORED_ONE, FACTORED_ONE, 1};
        if (form->core != f->one) {
            output->core = list_place(form->core, cores, &n_cores, core_place);
        }
        if (!dag_is_const(f->dag, form->scale, &output->constant)) {
            output->constant = 1;
            output->scale = list_place(form->scale, scales, &n_scales, scale_place);
        }
    }
    factored->cores = program_new(f->dag, cores, n_cores);
    factored->scales = program_new(f->dag, scales, n_scales);
    mem_free(cores);
    mem_free(scales);
    mem_free(core_place);
    mem_free(scale_place);
}

struct factored *factored_new(const struct program *body, size_t n_free)
{
    struct factored *factored = mem_new(1, sizeof *factored);
    struct factoring f = {.program = body, .dag = dag_new(body->n_variables)};
    f.one = dag_const(f.dag, 1);
    f.forms = mem_new(program_n_values(body) + 1, sizeof *f.forms);
    factored->signature = body->signature;
    factored->n_free = n_free;
    factored->n_variables = body->n_variables;
    factored->n_outputs = body->n_outputs;
    factored->outputs = mem_new(body->n_outputs + 1, sizeof *factored->outputs);
    factor_values(&f, n_free);
    list_outputs(&f, factored);
    mem_free(f.forms);
    dag_free(f.dag);
    return factored;
}

void factored_free(struct factored *factored)
{
    if (!factored) {
        return;
    }
    program_free(factored->cores);
    program_free(factored->scales);
    mem_free(factored->outputs);
    mem_free(factored);
}
