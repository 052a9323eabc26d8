/* Kernels in plain C over the C library, for processors without kernels of their own. */
#define KERNELS kernels_generic
#define KERNELS_NAME "generic"

#include <math.h>
#include <stdbool.h>

#define VD double
#define VM bool
#define V_LANES 1
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET(x) ((double)(x))
#define V_MUL_ADD(x, y, z) ((x) * (y) + (z))
#define V_MUL_SUB(x, y, z) ((x) * (y) - (z))
#define V_SUB_MUL(x, y, z) ((z) - (x) * (y))
#define V_ABS(x) fabs(x)
#define V_SQRT(x) sqrt(x)
#define V_LT(x, y) ((x) < (y))
#define V_LE(x, y) ((x) <= (y))
#define V_EQ(x, y) ((x) == (y))
#define V_NE(x, y) ((x) != (y))
#define V_AND(m, k) ((m) && (k))
#define V_OR(m, k) ((m) || (k))
#define V_PICK(m, yes, no) ((m) ? (yes) : (no))
#define V_EXP exp
#define V_EXPM1 expm1
#define V_LOG log
#define V_LOG1P log1p
#define V_SIN sin
#define V_COS cos
#define V_TANH tanh
#define V_ERF erf
#define V_ERFC erfc
#define V_POW pow

#include "kernels_template.h"
