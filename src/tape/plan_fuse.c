/* Joining neighbouring steps of a program into one vector instruction. */
#include "plan.h"

/* A step seen from the value it makes. */
struct view {
    const struct program *program;
    const unsigned char *axes;
    unsigned char *absorbed;
};

static size_t step_of(const struct program *program, uint32_t value)
{
    return value - program->n_variables - program->n_consts;
}

/* The step that makes the value, if it is of that operation (and exponent, for powers) and may be
   drawn into its only user; else NULL. */
static const struct program_step *inner(const struct view *view, uint32_t value, enum op op,
                                        unsigned char axes)
{
    const struct program *program = view->program;
    if (value < program->n_variables + program->n_consts || program->n_uses[value] != 1 ||
        view->axes[value] != axes) {
        return NULL;
    }
    const struct program_step *step = &program->steps[step_of(program, value)];
    bool fits = step->op == op && (op != OP_POWI || step->exponent == 2);
    return fits ? step : NULL;
}

static void absorb(const struct view *view, uint32_t value)
{
    view->absorbed[step_of(view->program, value)] = 1;
}

static struct draft draft_of(enum kernel_op op, uint32_t out, const uint32_t *args, int n_args)
{
    struct draft draft = {.op = op, .out = out, .n_args = n_args};
    for (int i = 0; i < n_args; i++) {
        draft.args[i] = args[i];
    }
    return draft;
}

/* u² + other: with u itself a sum or difference if that can be drawn in. */
static struct draft square_add(const struct view *view, uint32_t out, uint32_t u, uint32_t other)
{
    unsigned char axes = view->axes[out];
    const struct program_step *sub = inner(view, u, OP_SUB, axes);
    const struct program_step *add = inner(view, u, OP_ADD, axes);
    if (sub || add) {
        const struct program_step *sum = sub ? sub : add;
        absorb(view, u);
        return draft_of(sub ? KERNEL_SUB_SQUARE_ADD : KERNEL_ADD_SQUARE_ADD, out,
                        (uint32_t[]){sum->args[0], sum->args[1], other}, 3);
    }
    return draft_of(KERNEL_MUL_ADD, out, (uint32_t[]){u, u, other}, 3);
}

/* A product or square that may be drawn in; its two factors. */
static bool product(const struct view *view, uint32_t value, unsigned char axes,
                    uint32_t factors[2])
{
    const struct program_step *mul = inner(view, value, OP_MUL, axes);
    const struct program_step *square = inner(view, value, OP_POWI, axes);
    if (mul) {
        factors[0] = mul->args[0];
        factors[1] = mul->args[1];
    } else if (square) {
        factors[0] = factors[1] = square->args[0];
    }
    return mul || square;
}

static struct draft fuse_add(const struct view *view, uint32_t out, const uint32_t args[2])
{
    unsigned char axes = view->axes[out];
    for (int i = 0; i < 2; i++) {
        const struct program_step *square = inner(view, args[i], OP_POWI, axes);
        if (square) {
            absorb(view, args[i]);
            return square_add(view, out, square->args[0], args[1 - i]);
        }
    }
    uint32_t factors[2];
    for (int i = 1; i >= 0; i--) {
        if (product(view, args[i], axes, factors)) {
            absorb(view, args[i]);
            return draft_of(KERNEL_MUL_ADD, out, (uint32_t[]){factors[0], factors[1], args[1 - i]},
                            3);
        }
    }
    return draft_of((enum kernel_op)OP_ADD, out, args, 2);
}

static struct draft fuse_sub(const struct view *view, uint32_t out, const uint32_t args[2])
{
    unsigned char axes = view->axes[out];
    uint32_t factors[2];
    for (int i = 1; i >= 0; i--) {
        if (product(view, args[i], axes, factors)) {
            absorb(view, args[i]);
            return draft_of(i == 1 ? KERNEL_SUB_MUL : KERNEL_MUL_SUB, out,
                            (uint32_t[]){factors[0], factors[1], args[1 - i]}, 3);
        }
    }
    return draft_of((enum kernel_op)OP_SUB, out, args, 2);
}

static struct draft fuse_square(const struct view *view, uint32_t out, uint32_t u)
{
    unsigned char axes = view->axes[out];
    const struct program_step *sub = inner(view, u, OP_SUB, axes);
    const struct program_step *add = inner(view, u, OP_ADD, axes);
    if (sub || add) {
        absorb(view, u);
        return draft_of(sub ? KERNEL_SUB_SQUARE : KERNEL_ADD_SQUARE, out, (sub ? sub : add)->args,
                        2);
    }
    return draft_of(KERNEL_SQUARE, out, &u, 1);
}

static struct draft fuse_mul(const struct view *view, uint32_t out, const uint32_t args[2])
{
    for (int i = 0; i < 2; i++) {
        const struct program_step *step = inner(view, args[i], OP_STEP, view->axes[out]);
        /* The other factor, and what is stepped, must be no scalars here. */
        if (step && view->axes[step->args[0]] == view->axes[out] &&
            view->axes[args[1 - i]] == view->axes[out]) {
            absorb(view, args[i]);
            return draft_of(KERNEL_MUL_STEP, out, (uint32_t[]){args[1 - i], step->args[0]}, 2);
        }
    }
    for (int i = 0; i < 2; i++) {
        const struct program_step *square = inner(view, args[i], OP_POWI, view->axes[out]);
        if (square) {
            absorb(view, args[i]);
            return draft_of(KERNEL_SQUARE_MUL, out, (uint32_t[]){square->args[0], args[1 - i]}, 2);
        }
    }
    return draft_of((enum kernel_op)OP_MUL, out, args, 2);
}

struct draft plan_fuse(const struct program *program, size_t i, const unsigned char *axes,
                       unsigned char *absorbed, bool linear)
{
    struct draft sum;
    if (linear && plan_fuse_linear(program, i, axes, absorbed, &sum)) {
        return sum;
    }
    const struct view view = {program, axes, absorbed};
    const struct program_step *step = &program->steps[i];
    uint32_t out = (uint32_t)(program->n_variables + program->n_consts + i);
    if (step->op == OP_ADD) {
        return fuse_add(&view, out, step->args);
    }
    if (step->op == OP_SUB) {
        return fuse_sub(&view, out, step->args);
    }
    if (step->op == OP_MUL) {
        return fuse_mul(&view, out, step->args);
    }
    if (step->op == OP_POWI && step->exponent == 2) {
        return fuse_square(&view, out, step->args[0]);
    }
    if (step->op == OP_POWI && step->exponent == 3) {
        return draft_of(KERNEL_CUBE, out, step->args, 1);
    }
    struct draft draft =
        draft_of((enum kernel_op)step->op, out, step->args, op_info(step->op)->arity);
    draft.exponent = step->exponent;
    return draft;
}
