/* Joining the terms of a sum, and the relu of it, into one vector instruction. */
#include "plan.h"

struct linear {
    const struct program *program;
    const unsigned char *axes;
    unsigned char phase; /* the axes of the sum */
    uint32_t vectors[KERNEL_MOST_TERMS], scalars[KERNEL_MOST_TERMS], base;
    int m, flags;
    uint32_t drawn_in[2 * KERNEL_MOST_TERMS + 2]; /* steps */
    int n_drawn_in;
};

static bool is_scalar(const struct linear *sum, uint32_t value)
{
    unsigned char axes = sum->axes[value];
    return axes == AXIS_NONE || (sum->phase == AXIS_BOTH && axes == AXIS_Y);
}

/* The step that makes the value for this sum alone, or NULL. */
static const struct program_step *own_step(const struct linear *sum, uint32_t value)
{
    const struct program *program = sum->program;
    size_t first = program->n_variables + program->n_consts;
    if (value < first || program->n_uses[value] != 1 || sum->axes[value] != sum->phase) {
        return NULL;
    }
    return &program->steps[value - first];
}

static bool is_sum(const struct program_step *step)
{
    return step && (step->op == OP_ADD || step->op == OP_SUB);
}

static void draw_in(struct linear *sum, uint32_t value)
{
    const struct program *program = sum->program;
    size_t first = program->n_variables + program->n_consts;
    sum->drawn_in[sum->n_drawn_in++] = (uint32_t)(value - first);
}

static bool add_term(struct linear *sum, uint32_t value, bool minus)
{
    if (is_scalar(sum, value)) {
        bool first = sum->flags & LINEAR_NO_BASE;
        sum->flags = (sum->flags & ~LINEAR_NO_BASE) | (minus ? LINEAR_MINUS_BASE : 0);
        sum->base = value;
        return first;
    }
    if (sum->m == KERNEL_MOST_TERMS) {
        return false;
    }
    const struct program_step *step = own_step(sum, value);
    int i = sum->m++;
    sum->flags |= minus ? LINEAR_MINUS << i : 0;
    if (step && step->op == OP_MUL &&
        is_scalar(sum, step->args[0]) != is_scalar(sum, step->args[1])) {
        int scalar = is_scalar(sum, step->args[0]) ? 0 : 1;
        sum->vectors[i] = step->args[1 - scalar];
        sum->scalars[i] = step->args[scalar];
        draw_in(sum, value);
    } else {
        sum->vectors[i] = sum->scalars[i] = value;
        sum->flags |= LINEAR_UNIT << i;
    }
    return true;
}

/* The terms of a sum of sums, as long as there is room: along one argument of each sum. */
static bool add_terms(struct linear *sum, const struct program_step *step)
{
    bool minus = false;
    for (;;) {
        bool minus_second = minus != (step->op == OP_SUB);
        int inner = is_sum(own_step(sum, step->args[0])) ? 0 : 1;
        uint32_t rest = step->args[inner], term = step->args[1 - inner];
        bool minus_rest = inner == 1 ? minus_second : minus;
        if (!add_term(sum, term, inner == 1 ? minus : minus_second)) {
            return false;
        }
        const struct program_step *next = own_step(sum, rest);
        if (!is_sum(next) || sum->m > KERNEL_MOST_TERMS - 2) {
            return add_term(sum, rest, minus_rest);
        }
        draw_in(sum, rest);
        step = next;
        minus = minus_rest;
    }
}

bool plan_fuse_linear(const struct program *program, size_t i, const unsigned char *axes,
                      unsigned char *absorbed, struct draft *draft)
{
    uint32_t out = (uint32_t)(program->n_variables + program->n_consts + i);
    struct linear sum = {
        .program = program, .axes = axes, .phase = axes[out], .flags = LINEAR_NO_BASE};
    const struct program_step *step = &program->steps[i];
    if (step->op == OP_RELU && is_sum(own_step(&sum, step->args[0]))) {
        sum.flags |= LINEAR_RELU;
        draw_in(&sum, step->args[0]);
        step = own_step(&sum, step->args[0]);
    }
    /* One step drawn in is what other instructions do as well. */
    if (!is_sum(step) || !add_terms(&sum, step) || sum.n_drawn_in < 2) {
        return false;
    }
    *draft = (struct draft){
        .op = KERNEL_LINEAR, .out = out, .exponent = sum.flags, .n_args = 2 * sum.m + 1};
    for (int k = 0; k < sum.m; k++) {
        draft->args[k] = sum.vectors[k];
        draft->args[sum.m + k] = sum.scalars[k];
    }
    draft->args[2 * sum.m] = sum.flags & LINEAR_NO_BASE ? sum.vectors[0] : sum.base;
    for (int k = 0; k < sum.n_drawn_in; k++) {
        absorbed[sum.drawn_in[k]] = 1;
    }
    return true;
}
