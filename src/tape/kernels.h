/* Vector kernels: every operation over blocks of numbers, once for each instruction set. */
#ifndef CUSP_TAPE_KERNELS_H
#define CUSP_TAPE_KERNELS_H

#include "cusp/op.h"

#include <stddef.h>
#include <stdint.h>

/* What kernels do besides the operations of ops.def: those first, by their number. */
enum kernel_op {
    KERNEL_FILL = OP_COUNT, /* a, for scalar a */
    KERNEL_COPY,            /* a */
    KERNEL_SQUARE,          /* a² */
    KERNEL_CUBE,            /* a³ */
    KERNEL_SUB_SQUARE,      /* (a − b)² */
    KERNEL_ADD_SQUARE,      /* (a + b)² */
    KERNEL_SQUARE_MUL,      /* a² b */
    KERNEL_MUL_ADD,         /* a b + c */
    KERNEL_MUL_SUB,         /* a b − c */
    KERNEL_SUB_MUL,         /* c − a b */
    KERNEL_SUB_SQUARE_ADD,  /* (a − b)² + c */
    KERNEL_ADD_SQUARE_ADD,  /* (a + b)² + c */
    KERNEL_MUL_STEP,        /* a where b > 0, else 0 */
    KERNEL_LINEAR,          /* a sum of terms: kernel_set.linear */
    KERNEL_SUM,  /* out[0] ← Σ a; sums take any n, and lanes past n are not looked at */
    KERNEL_DOT,  /* out[0] ← Σ a b */
    KERNEL_DOT3, /* out[0] ← Σ a b c */
    KERNEL_COUNT
};

/* Which arguments are one number for the whole block rather than one a point. */
enum kernel_mode { MODE_A_SCALAR = 1, MODE_B_SCALAR = 2, MODE_C_SCALAR = 4, MODE_COUNT = 8 };

enum { KERNEL_LANES = 8 }; /* blocks are multiples of so many points, whatever the set */

/* out[i] ← f(a[i], b[i], c[i]) for i < n, a multiple of KERNEL_LANES; an argument may be out. */
struct kernel {
    void (*run)(double *out, const double *a, const double *b, const double *c, size_t n,
                int exponent);
};

/* c ± s_0 v_0 ± … ± s_(m−1) v_(m−1), perhaps through relu; of slots[args[·]] in the order v, s, c.
 */
enum { KERNEL_MOST_TERMS = 4, KERNEL_LINEAR_ARGS = 2 * KERNEL_MOST_TERMS + 1 };

enum linear_flag {
    LINEAR_MINUS = 1,        /* shifted by i: s_i is taken negative */
    LINEAR_UNIT = 1 << 4,    /* shifted by i: s_i is 1, whatever stands there */
    LINEAR_NO_BASE = 1 << 8, /* c is 0 */
    LINEAR_MINUS_BASE = 1 << 9,
    LINEAR_RELU = 1 << 10,
};

struct kernel_set {
    const char *isa;
    /* by m ≥ 1 */
    void (*linear[KERNEL_MOST_TERMS + 1])(double *out, double *const *slots, const uint32_t *args,
                                          size_t n, int flags);
    struct kernel table[KERNEL_COUNT][MODE_COUNT]; /* .run is NULL where there is none */
};

extern const struct kernel_set kernels_generic;
#if defined(__x86_64__)
extern const struct kernel_set kernels_sse2, kernels_avx2, kernels_avx512f;
#endif

/* The set in use. */
const struct kernel_set *kernels_current(void);

#endif
