/* How a program is run over many points when it is known which variables vary: vector instructions
   over registers, split into what is done once, once a line and once a point. */
#ifndef CUSP_TAPE_PLAN_H
#define CUSP_TAPE_PLAN_H

#include "kernels.h"
#include "program_private.h"

#include <stdbool.h>

/* On what a value depends: on neither axis, on one, on both. */
enum axis { AXIS_NONE = 0, AXIS_X = 1, AXIS_Y = 2, AXIS_BOTH = 3 };

/* Operands are slots of a table of addresses, in this order: registers, the variable of x or those
   that vary, the variable of y, outputs, tables along y, scalars. */
struct plan_step {
    void (*run)(double *out, const double *a, const double *b, const double *c, size_t n,
                int exponent);
    /* if not NULL, run in place of the above */
    void (*linear)(double *out, double *const *slots, const uint32_t *args, size_t n, int flags);
    uint32_t out, args[KERNEL_LINEAR_ARGS];
    int exponent;
    bool reduces; /* takes the number of points as it is, not rounded up */
};

/* What becomes of the outputs: kept, summed over the lanes of x, or added to what stands in the
   output slots (which then stay a block long); the latter two may be weighted. */
enum plan_mode {
    PLAN_KEEP,
    PLAN_REDUCE,
    PLAN_REDUCE_WEIGHTED, /* the weight is one more input, after the variables of x */
    PLAN_ACCUMULATE,
    PLAN_ACCUMULATE_WEIGHTED, /* the weight is a scalar, value n_values of the program */
};

struct plan_code {
    struct plan_step *steps;
    size_t n, capacity;
};

struct plan {
    uint64_t signature; /* of the program; 0: an unused plan */
    const struct kernel_set *kernels;
    unsigned char *axes; /* [n_variables] of enum axis: the key beside the two above */
    size_t n_variables;
    enum plan_mode mode;
    uint64_t last_used;

    uint32_t *once; /* program steps that depend on no axis, in order */
    size_t n_once;
    struct plan_code along_y, along_x, inner; /* inner: only if both axes vary */

    size_t n_registers;
    uint32_t *inputs; /* variables that vary along x, one slot each */
    size_t n_inputs;
    size_t n_outputs;
    uint32_t *tables; /* values along y that the inner code reads as scalars */
    size_t n_tables;
    uint32_t *scalars; /* values read as scalars */
    size_t n_scalars, scalars_capacity;
    uint32_t *ys; /* variables that vary along y, one slot each */
    size_t n_ys;
};

static inline uint32_t plan_input_slot(const struct plan *plan, size_t i)
{
    return (uint32_t)(plan->n_registers + i);
}

static inline uint32_t plan_y_slot(const struct plan *plan, size_t i)
{
    return plan_input_slot(plan, plan->n_inputs + i);
}

static inline uint32_t plan_output_slot(const struct plan *plan, size_t i)
{
    return plan_y_slot(plan, plan->n_ys + i);
}

static inline uint32_t plan_table_slot(const struct plan *plan, size_t i)
{
    return plan_output_slot(plan, plan->n_outputs + i);
}

static inline uint32_t plan_scalar_slot(const struct plan *plan, size_t i)
{
    return plan_table_slot(plan, plan->n_tables + i);
}

static inline size_t plan_n_slots(const struct plan *plan)
{
    return plan_scalar_slot(plan, plan->n_scalars);
}

/* The code that makes the outputs. */
static inline const struct plan_code *plan_final(const struct plan *plan)
{
    return plan->n_ys > 0 ? &plan->inner : &plan->along_x;
}

/* axes: [n_variables] of enum axis, none AXIS_BOTH. */
void plan_make(struct plan *plan, const struct program *program, const struct kernel_set *kernels,
               const unsigned char *axes, enum plan_mode mode);
void plan_done(struct plan *plan);

/* One vector instruction before its operands have places. */
struct draft {
    enum kernel_op op;
    int exponent;
    uint32_t out, args[KERNEL_LINEAR_ARGS]; /* values of the program */
    int n_args;
};

/* The draft of program step i, with steps that only it uses and that depend on the same axes drawn
   into it; those are marked in absorbed[n_steps]. axes: [values]. Where linear is true whole sums
   may become one instruction, their terms in any order. */
struct draft plan_fuse(const struct program *program, size_t i, const unsigned char *axes,
                       unsigned char *absorbed, bool linear);

/* Likewise, for sums and the relu of a sum only: false if it is neither or would gain nothing. */
bool plan_fuse_linear(const struct program *program, size_t i, const unsigned char *axes,
                      unsigned char *absorbed, struct draft *draft);

#endif
