/* A program at one point: step by step through an array of values. */
#include "program_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

struct program_space *program_space_new(void)
{
    struct program_space *space = mem_new(1, sizeof *space);
    space->plans = plan_cache_new();
    return space;
}

void program_space_free(struct program_space *space)
{
    if (!space) {
        return;
    }
    plan_cache_free(space->plans);
    mem_free(space->values);
    mem_free(space->boxes);
    mem_free(space->sums);
    for (size_t i = 0; i < N_FACTORED; i++) {
        factored_free(space->factored[i]);
    }
    mem_free(space->row_vars);
    mem_free(space->row_steps);
    mem_free(space->row_outs);
    mem_free(space->sum_ys);
    mem_free(space->sum_steps);
    mem_free(space);
}

double *program_values(const struct program *program, struct program_space *space)
{
    if (space->values_of != program->signature) {
        size_t n_values = program_n_values(program);
        if (space->n_values <= n_values) {
            mem_free(space->values);
            space->n_values = n_values + 1;
            space->values = mem_new(space->n_values, sizeof *space->values);
        }
        memcpy(space->values + program->n_variables, program->consts,
               program->n_consts * sizeof *program->consts);
        space->values_of = program->signature;
    }
    return space->values;
}

static double square_power(double x, int exponent)
{
    switch (exponent) {
    case 2:
        return x * x;
    case 3:
        return x * (x * x);
    case 4:
        return (x * x) * (x * x);
    case -1:
        return 1 / x;
    }
    return op_value(OP_POWI, exponent, x, 0, 0);
}

static inline double scalar(const struct program_step *step, const double *values)
{
    double a = values[step->args[0]], b, c;
    switch (step->op) {
    case OP_ADD:
        return a + values[step->args[1]];
    case OP_SUB:
        return a - values[step->args[1]];
    case OP_MUL:
        return a * values[step->args[1]];
    case OP_DIV:
        return a / values[step->args[1]];
    case OP_NEG:
        return -a;
    case OP_POWI:
        return square_power(a, step->exponent);
    case OP_SQRT:
        return sqrt(a);
    case OP_ABS:
        return fabs(a);
    case OP_RELU:
        return a < 0 ? 0 : a;
    case OP_LT:
        return a < values[step->args[1]];
    case OP_LE:
        return a <= values[step->args[1]];
    case OP_GT:
        return a > values[step->args[1]];
    case OP_GE:
        return a >= values[step->args[1]];
    case OP_IF:
        return a != 0 ? values[step->args[1]] : values[step->args[2]];
    case OP_EXP:
        return exp(a);
    case OP_LOG:
        return log(a);
    case OP_SIN:
        return sin(a);
    case OP_COS:
        return cos(a);
    case OP_TANH:
        return tanh(a);
    case OP_CONST:
    case OP_VAR:
    case OP_POW:
    case OP_EXPM1:
    case OP_LOG1P:
    case OP_LOG1P_GAP:
    case OP_ERF:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_GELU:
    case OP_SWISH:
    case OP_LEAKY_RELU:
    case OP_STEP:
    case OP_SIGN:
    case OP_MIN:
    case OP_MAX:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_COUNT:
        break;
    }
    b = values[step->args[1]];
    c = values[step->args[2]];
    return op_value(step->op, step->exponent, a, b, c);
}

void program_scalar_step(const struct program *program, size_t i, double *values)
{
    values[program->n_variables + program->n_consts + i] = scalar(&program->steps[i], values);
}

void program_point(const struct program *program, struct program_space *space, const double *w,
                   double *out)
{
    if (program->rows) {
        rows_point(program, space, w, out);
        return;
    }
    double *values = program_values(program, space);
    for (size_t v = 0; v < program->n_variables; v++) {
        values[v] = w[v];
    }
    double *made = values + program->n_variables + program->n_consts;
    const struct program_step *step = program->steps, *end = step + program->n_steps;
    for (; step < end; step++) {
        *made++ = scalar(step, values);
    }
    for (size_t o = 0; o < program->n_outputs; o++) {
        out[o] = values[program->outputs[o]];
    }
}
