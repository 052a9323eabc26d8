/* Bodies of the vector kernels, in terms of what the including file defines for its instruction
   set: VD, VM, V_LANES, V_LOAD … and KERNELS, KERNELS_NAME. */

#include "kernels.h"

#include <math.h>

#define KERNEL(name)                                                                           \
    static void name(double *out, const double *a, const double *b, const double *c, size_t n, \
                     int exponent)

#define UNUSED(x) ((void)(x))

#define UNARY(name, expression)                   \
    KERNEL(name##_v)                              \
    {                                             \
        UNUSED(b), UNUSED(c), UNUSED(exponent);   \
        for (size_t i = 0; i < n; i += V_LANES) { \
            VD x = V_LOAD(a + i);                 \
            V_STORE(out + i, (expression));       \
        }                                         \
    }

#define BINARY_VV(name, expression)                  \
    KERNEL(name##_vv)                                \
    {                                                \
        UNUSED(c), UNUSED(exponent);                 \
        for (size_t i = 0; i < n; i += V_LANES) {    \
            VD x = V_LOAD(a + i), y = V_LOAD(b + i); \
            V_STORE(out + i, (expression));          \
        }                                            \
    }

#define BINARY_VS(name, expression)               \
    KERNEL(name##_vs)                             \
    {                                             \
        UNUSED(c), UNUSED(exponent);              \
        const VD y = V_SET(b[0]);                 \
        for (size_t i = 0; i < n; i += V_LANES) { \
            VD x = V_LOAD(a + i);                 \
            V_STORE(out + i, (expression));       \
        }                                         \
    }

#define BINARY_SV(name, expression)               \
    KERNEL(name##_sv)                             \
    {                                             \
        UNUSED(c), UNUSED(exponent);              \
        const VD x = V_SET(a[0]);                 \
        for (size_t i = 0; i < n; i += V_LANES) { \
            VD y = V_LOAD(b + i);                 \
            V_STORE(out + i, (expression));       \
        }                                         \
    }

/* Three arguments, the first a vector, the others a vector or a scalar each. */
#define TERNARY(name, expression)                                       \
    KERNEL(name##_vvv)                                                  \
    {                                                                   \
        UNUSED(exponent);                                               \
        for (size_t i = 0; i < n; i += V_LANES) {                       \
            VD x = V_LOAD(a + i), y = V_LOAD(b + i), z = V_LOAD(c + i); \
            V_STORE(out + i, (expression));                             \
        }                                                               \
    }                                                                   \
    KERNEL(name##_vsv)                                                  \
    {                                                                   \
        UNUSED(exponent);                                               \
        const VD y = V_SET(b[0]);                                       \
        for (size_t i = 0; i < n; i += V_LANES) {                       \
            VD x = V_LOAD(a + i), z = V_LOAD(c + i);                    \
            V_STORE(out + i, (expression));                             \
        }                                                               \
    }                                                                   \
    KERNEL(name##_vvs)                                                  \
    {                                                                   \
        UNUSED(exponent);                                               \
        const VD z = V_SET(c[0]);                                       \
        for (size_t i = 0; i < n; i += V_LANES) {                       \
            VD x = V_LOAD(a + i), y = V_LOAD(b + i);                    \
            V_STORE(out + i, (expression));                             \
        }                                                               \
    }                                                                   \
    KERNEL(name##_vss)                                                  \
    {                                                                   \
        UNUSED(exponent);                                               \
        const VD y = V_SET(b[0]), z = V_SET(c[0]);                      \
        for (size_t i = 0; i < n; i += V_LANES) {                       \
            VD x = V_LOAD(a + i);                                       \
            V_STORE(out + i, (expression));                             \
        }                                                               \
    }

#define TRUTH(mask) V_PICK(mask, V_SET(1), V_SET(0))

#ifdef V_TANH
#define v_tanh(x) V_TANH(x)
#else
/* A quarter of the time of SLEEF's tanh, within 4 units in the last place. With 2 |x| = k log 2 + r
   the addition theorem gives tanh |x| = (A + B t) / (B + A t), where A = 2^k − 1, B = 2^k + 1 and
   t = tanh(r / 2) = r P(r²) / Q(r²) (the fraction of exp in Moshier's Cephes library, 1989). Far
   from 0 that is 1 − 2 (1 − t) / (B + A t), which rounds less. */
static inline VD v_tanh(VD x)
{
    /* Adding it leaves k, and 1023 more, in the low bits; log 2 = high + low, k · high exact. */
    const VD magic = V_SET(0x1.8p52 + 1023);
    const VD high = V_SET(6.93147180369123816490e-1), low = V_SET(1.90821492927058770002e-10);
    VD size = V_ABS(x), most = V_SET(20);
    VD y = V_PICK(V_LT(most, size), most, size);
    y = y + y;
    VD shifted = V_MUL_ADD(y, V_SET(M_LOG2E), magic), k = shifted - magic;
    VD r = V_SUB_MUL(k, low, V_SUB_MUL(k, high, y)), z = r * r;
    VD p = V_MUL_ADD(z, V_SET(1.26177193074810590878e-4), V_SET(3.02994407707441961300e-2));
    VD q = V_MUL_ADD(z, V_SET(3.00198505138664455042e-6), V_SET(2.52448340349684104192e-3));
    p = r * V_MUL_ADD(z, p, V_SET(9.99999999999999999910e-1));
    q = V_MUL_ADD(z, V_MUL_ADD(z, q, V_SET(2.27265548208155028766e-1)), V_SET(2));
    VD power = V_FROM_EXPONENT(shifted), a = power - V_SET(1), b = power + V_SET(1);
    VM near = V_LT(size, V_SET(0.5));
    VD over = V_PICK(near, V_MUL_ADD(b, p, a * q), V_SET(2) * (p - q));
    VD ratio = over / V_MUL_ADD(a, p, b * q);
    VD tanh_size = V_PICK(near, ratio, V_SET(1) + ratio);
    return V_PICK(V_LT(x, V_SET(0)), -tanh_size, tanh_size);
}
#endif

static inline VD v_sigmoid(VD x)
{
    VD e = V_EXP(-V_ABS(x)), one = V_SET(1);
    return V_PICK(V_LT(x, V_SET(0)), e, one) / (one + e);
}

static inline VD v_softplus(VD x)
{
    VD zero = V_SET(0);
    return V_PICK(V_LT(zero, x), x, zero) + V_LOG1P(V_EXP(-V_ABS(x)));
}

static inline VD v_unless_minus_infinity(VD x, VD y)
{
    return V_PICK(V_EQ(x, V_SET(-INFINITY)), V_SET(0), y);
}

/* SLEEF 3.5 overflows above 1e307: there log(1 + x) is log(x / 2^64) + 64 log 2. */
static inline VD v_log1p(VD x)
{
    VM big = V_LT(V_SET(1e300), x);
    VD y = V_LOG1P(V_PICK(big, x * V_SET(0x1p-64), x));
    return V_PICK(big, y + V_SET(64 * M_LN2), y);
}

/* x − log1p(x), as in op.c. */
static inline VD v_log1p_gap(VD x)
{
    VD s = x / (V_SET(2) + x), z = s * s, p = V_SET(0.08082469084735669);
    p = V_MUL_ADD(z, p, V_SET(0.04400158825434387));
    p = V_MUL_ADD(z, p, V_SET(0.06000577591428889));
    p = V_MUL_ADD(z, p, V_SET(0.06657067775440581));
    p = V_MUL_ADD(z, p, V_SET(0.07692785296456121));
    p = V_MUL_ADD(z, p, V_SET(0.09090894708663223));
    p = V_MUL_ADD(z, p, V_SET(0.11111111358900891));
    p = V_MUL_ADD(z, p, V_SET(0.1428571428355253));
    p = V_MUL_ADD(z, p, V_SET(0.20000000000007298));
    p = V_MUL_ADD(z, p, V_SET(0.3333333333333333));
    VD near = s * V_SUB_MUL(z + z, p, x), far = x - v_log1p(x);
    far = V_PICK(V_EQ(x, V_SET(INFINITY)), x, far);
    return V_PICK(V_LE(V_ABS(x - V_SET(0.25)), V_SET(0.75)), near, far);
}

static inline VD v_gelu(VD x)
{
    return v_unless_minus_infinity(x, V_SET(0.5) * x * V_ERFC(-x * V_SET(M_SQRT1_2)));
}

static inline VD v_sign(VD x)
{
    VD zero = V_SET(0);
    return V_PICK(V_LT(zero, x), V_SET(1), V_PICK(V_LT(x, zero), V_SET(-1), x));
}

static inline VD v_step(VD x)
{
    VD zero = V_SET(0);
    return V_PICK(V_LT(zero, x), V_SET(1), V_PICK(V_LE(x, zero), zero, x));
}

static inline VD v_pow(VD x, VD y)
{
    return V_PICK(V_LT(x, V_SET(0)), V_SET((double)NAN), V_POW(x, y));
}

UNARY(copy, x)
UNARY(neg, -x)
UNARY(square, x *x)
UNARY(cube, x *(x *x))
UNARY(sqrt, V_SQRT(x))
UNARY(exp, V_EXP(x))
UNARY(expm1, V_EXPM1(x))
UNARY(log, V_LOG(x))
UNARY(log1p, v_log1p(x))
UNARY(log1p_gap, v_log1p_gap(x))
UNARY(sin, V_SIN(x))
UNARY(cos, V_COS(x))
UNARY(tanh, v_tanh(x))
UNARY(erf, V_ERF(x))
UNARY(sigmoid, v_sigmoid(x))
UNARY(softplus, v_softplus(x))
UNARY(gelu, v_gelu(x))
UNARY(swish, v_unless_minus_infinity(x, x *v_sigmoid(x)))
UNARY(abs, V_ABS(x))
UNARY(relu, V_PICK(V_LT(x, V_SET(0)), V_SET(0), x))
UNARY(leaky_relu, V_PICK(V_LT(x, V_SET(0)), x / V_SET(100), x))
UNARY(step, v_step(x))
UNARY(sign, v_sign(x))
UNARY(not, TRUTH(V_EQ(x, V_SET(0))))

KERNEL(fill_s)
{
    UNUSED(b), UNUSED(c), UNUSED(exponent);
    const VD x = V_SET(a[0]);
    for (size_t i = 0; i < n; i += V_LANES) {
        V_STORE(out + i, x);
    }
}

/* The order of multiplications is that of op_value. */
KERNEL(powi_v)
{
    UNUSED(b), UNUSED(c);
    const unsigned power = exponent < 0 ? 0u - (unsigned)exponent : (unsigned)exponent;
    for (size_t i = 0; i < n; i += V_LANES) {
        VD square = V_LOAD(a + i), product = V_SET(1);
        for (unsigned left = power;;) {
            if (left & 1) {
                product = product * square;
            }
            left >>= 1;
            if (left == 0) {
                break;
            }
            square = square * square;
        }
        if (exponent < 0) {
            product = V_SET(1) / product;
        }
        V_STORE(out + i, product);
    }
}

BINARY_VV(add, x + y)
BINARY_VS(add, x + y)
BINARY_VV(sub, x - y)
BINARY_VS(sub, x - y)
BINARY_SV(sub, x - y)
BINARY_VV(mul, x *y)
BINARY_VS(mul, x *y)
BINARY_VV(div, x / y)
BINARY_VS(divide, x / y)
BINARY_SV(div, x / y)
BINARY_VV(pow, v_pow(x, y))
BINARY_VS(pow, v_pow(x, y))
BINARY_SV(pow, v_pow(x, y))

/* One division for the block, unless the reciprocal would lose digits. */
KERNEL(div_vs)
{
    const double reciprocal = 1 / b[0];
    if (isnormal(reciprocal) && isnormal(b[0])) {
        mul_vs(out, a, &reciprocal, c, n, exponent);
    } else {
        divide_vs(out, a, b, c, n, exponent);
    }
}

#define LEAST V_PICK(V_OR(V_NE(x, x), V_LT(x, y)), x, y)
#define GREATEST V_PICK(V_OR(V_NE(x, x), V_LT(y, x)), x, y)
#define BOTH V_AND(V_NE(x, V_SET(0)), V_NE(y, V_SET(0)))
#define EITHER V_OR(V_NE(x, V_SET(0)), V_NE(y, V_SET(0)))

BINARY_VV(min, LEAST)
BINARY_VS(min, LEAST)
BINARY_SV(min, LEAST)
BINARY_VV(max, GREATEST)
BINARY_VS(max, GREATEST)
BINARY_SV(max, GREATEST)
BINARY_VV(lt, TRUTH(V_LT(x, y)))
BINARY_VS(lt, TRUTH(V_LT(x, y)))
BINARY_SV(lt, TRUTH(V_LT(x, y)))
BINARY_VV(le, TRUTH(V_LE(x, y)))
BINARY_VS(le, TRUTH(V_LE(x, y)))
BINARY_SV(le, TRUTH(V_LE(x, y)))
BINARY_VV(eq, TRUTH(V_EQ(x, y)))
BINARY_VS(eq, TRUTH(V_EQ(x, y)))
BINARY_VV(ne, TRUTH(V_NE(x, y)))
BINARY_VS(ne, TRUTH(V_NE(x, y)))
BINARY_VV(and, TRUTH(BOTH))
BINARY_VS(and, TRUTH(BOTH))
BINARY_VV(or, TRUTH(EITHER))
BINARY_VS(or, TRUTH(EITHER))

BINARY_VV(sub_square, (x - y) * (x - y))
BINARY_VS(sub_square, (x - y) * (x - y))
BINARY_VV(add_square, (x + y) * (x + y))
BINARY_VS(add_square, (x + y) * (x + y))
BINARY_VV(square_mul, x *x *y)
BINARY_VS(square_mul, x *x *y)

TERNARY(mul_add, V_MUL_ADD(x, y, z))
TERNARY(mul_sub, V_MUL_SUB(x, y, z))
TERNARY(sub_mul, V_SUB_MUL(x, y, z))
TERNARY(sub_square_add, V_MUL_ADD(x - y, x - y, z))
TERNARY(add_square_add, V_MUL_ADD(x + y, x + y, z))
TERNARY(if, V_PICK(V_NE(x, V_SET(0)), y, z))

/* The condition is the same for the whole block. */
KERNEL(if_svv)
{
    copy_v(out, a[0] != 0 ? b : c, b, c, n, exponent);
}

BINARY_VV(mul_step, V_PICK(V_LE(y, V_SET(0)), V_SET(0), x))

static inline VD linear_factor(double *const *slots, const uint32_t *args, int m, int i, int flags)
{
    double factor = flags & (LINEAR_UNIT << i) ? 1 : slots[args[m + i]][0];
    return V_SET(flags & (LINEAR_MINUS << i) ? -factor : factor);
}

#define LINEAR_TERM(k, sum) V_MUL_ADD(s##k, V_LOAD(v##k + i), (sum))
#define LINEAR_ARG(m, k)                 \
    const double *v##k = slots[args[k]]; \
    const VD s##k = linear_factor(slots, args, m, k, flags);
#define LINEAR(m, declare, sum)                                                              \
    static void linear##m(double *out, double *const *slots, const uint32_t *args, size_t n, \
                          int flags)                                                         \
    {                                                                                        \
        double c = flags & LINEAR_NO_BASE ? 0 : slots[args[2 * m]][0];                       \
        const VD base = V_SET(flags & LINEAR_MINUS_BASE ? -c : c);                           \
        const VD least = V_SET(flags & LINEAR_RELU ? 0 : -INFINITY);                         \
        declare;                                                                             \
        for (size_t i = 0; i < n; i += V_LANES) {                                            \
            VD y = (sum);                                                                    \
            V_STORE(out + i, V_PICK(V_LT(y, least), least, y));                              \
        }                                                                                    \
    }

LINEAR(1, LINEAR_ARG(1, 0), LINEAR_TERM(0, base))
LINEAR(2, LINEAR_ARG(2, 0) LINEAR_ARG(2, 1), LINEAR_TERM(1, LINEAR_TERM(0, base)))
LINEAR(3, LINEAR_ARG(3, 0) LINEAR_ARG(3, 1) LINEAR_ARG(3, 2),
       LINEAR_TERM(2, LINEAR_TERM(1, LINEAR_TERM(0, base))))
LINEAR(4, LINEAR_ARG(4, 0) LINEAR_ARG(4, 1) LINEAR_ARG(4, 2) LINEAR_ARG(4, 3),
       LINEAR_TERM(3, LINEAR_TERM(2, LINEAR_TERM(1, LINEAR_TERM(0, base)))))

/* Four sums side by side, so that none is long and none waits for another; the last lanes of a
   vector that is not full are left out. */
#define SUM_OVER(name, unused, term)                                        \
    KERNEL(name)                                                            \
    {                                                                       \
        unused;                                                             \
        VD s0 = V_SET(0), s1 = s0, s2 = s0, s3 = s0;                        \
        size_t i = 0;                                                       \
        for (; i + 4 * V_LANES <= n; i += 4 * V_LANES) {                    \
            s0 = term(i, s0);                                               \
            s1 = term(i + V_LANES, s1);                                     \
            s2 = term(i + 2 * V_LANES, s2);                                 \
            s3 = term(i + 3 * V_LANES, s3);                                 \
        }                                                                   \
        s1 = s1 + s3;                                                       \
        for (; i + V_LANES <= n; i += V_LANES) {                            \
            s2 = term(i, s2);                                               \
        }                                                                   \
        if (i < n) {                                                        \
            VM inside = V_LT(V_LOAD(lane_numbers), V_SET((double)(n - i))); \
            s0 = V_PICK(inside, term(i, s0), s0);                           \
        }                                                                   \
        double lanes[V_LANES];                                              \
        V_STORE(lanes, (s0 + s1) + s2);                                     \
        double total = lanes[0];                                            \
        for (int k = 1; k < V_LANES; k++) {                                 \
            total += lanes[k];                                              \
        }                                                                   \
        out[0] = total;                                                     \
    }

static const double lane_numbers[KERNEL_LANES] = {0, 1, 2, 3, 4, 5, 6, 7};

#define SUM_TERM(i, sum) (sum) + V_LOAD(a + (i))
#define DOT_TERM(i, sum) V_MUL_ADD(V_LOAD(a + (i)), V_LOAD(b + (i)), (sum))
#define DOT3_TERM(i, sum) V_MUL_ADD((V_LOAD(a + (i)) * V_LOAD(b + (i))), V_LOAD(c + (i)), (sum))
SUM_OVER(sum_v, UNUSED(b); UNUSED(c); UNUSED(exponent), SUM_TERM)
SUM_OVER(dot_vv, UNUSED(c); UNUSED(exponent), DOT_TERM)
SUM_OVER(dot3_vvv, UNUSED(exponent), DOT3_TERM)

#define BLOCK_V(name)      \
    {                      \
        [0] = { name##_v } \
    }
#define BLOCK_VV(name)                                     \
    {                                                      \
        [0] = {name##_vv}, [MODE_B_SCALAR] = { name##_vs } \
    }
#define BLOCK_VV_SV(name)                                                                 \
    {                                                                                     \
        [0] = {name##_vv}, [MODE_B_SCALAR] = {name##_vs}, [MODE_A_SCALAR] = { name##_sv } \
    }
#define BLOCK_VVV(name)                                                                     \
    {                                                                                       \
        [0] = {name##_vvv}, [MODE_B_SCALAR] = {name##_vsv}, [MODE_C_SCALAR] = {name##_vvs}, \
        [MODE_B_SCALAR | MODE_C_SCALAR] = {                                                 \
            name##_vss                                                                      \
        }                                                                                   \
    }

const struct kernel_set KERNELS = {
    .isa = KERNELS_NAME,
    .linear = {NULL, linear1, linear2, linear3, linear4},
    .table =
        {
            [OP_ADD] = BLOCK_VV(add),
            [OP_SUB] = BLOCK_VV_SV(sub),
            [OP_MUL] = BLOCK_VV(mul),
            [OP_DIV] = BLOCK_VV_SV(div),
            [OP_NEG] = BLOCK_V(neg),
            [OP_POWI] = BLOCK_V(powi),
            [OP_POW] = BLOCK_VV_SV(pow),
            [OP_SQRT] = BLOCK_V(sqrt),
            [OP_EXP] = BLOCK_V(exp),
            [OP_EXPM1] = BLOCK_V(expm1),
            [OP_LOG] = BLOCK_V(log),
            [OP_LOG1P] = BLOCK_V(log1p),
            [OP_LOG1P_GAP] = BLOCK_V(log1p_gap),
            [OP_SIN] = BLOCK_V(sin),
            [OP_COS] = BLOCK_V(cos),
            [OP_TANH] = BLOCK_V(tanh),
            [OP_ERF] = BLOCK_V(erf),
            [OP_SIGMOID] = BLOCK_V(sigmoid),
            [OP_SOFTPLUS] = BLOCK_V(softplus),
            [OP_GELU] = BLOCK_V(gelu),
            [OP_SWISH] = BLOCK_V(swish),
            [OP_ABS] = BLOCK_V(abs),
            [OP_RELU] = BLOCK_V(relu),
            [OP_LEAKY_RELU] = BLOCK_V(leaky_relu),
            [OP_STEP] = BLOCK_V(step),
            [OP_SIGN] = BLOCK_V(sign),
            [OP_MIN] = BLOCK_VV_SV(min),
            [OP_MAX] = BLOCK_VV_SV(max),
            [OP_LT] = BLOCK_VV_SV(lt),
            [OP_LE] = BLOCK_VV_SV(le),
            [OP_EQ] = BLOCK_VV(eq),
            [OP_NE] = BLOCK_VV(ne),
            [OP_AND] = BLOCK_VV(and),
            [OP_OR] = BLOCK_VV(or),
            [OP_NOT] = BLOCK_V(not ),
            [OP_IF] = {[0] = {if_vvv},
                       [MODE_A_SCALAR] = {if_svv},
                       [MODE_B_SCALAR] = {if_vsv},
                       [MODE_C_SCALAR] = {if_vvs},
                       [MODE_B_SCALAR | MODE_C_SCALAR] = {if_vss}},
            [KERNEL_FILL] = {[MODE_A_SCALAR] = {fill_s}},
            [KERNEL_COPY] = BLOCK_V(copy),
            [KERNEL_SQUARE] = BLOCK_V(square),
            [KERNEL_CUBE] = BLOCK_V(cube),
            [KERNEL_SUB_SQUARE] = BLOCK_VV(sub_square),
            [KERNEL_ADD_SQUARE] = BLOCK_VV(add_square),
            [KERNEL_SQUARE_MUL] = BLOCK_VV(square_mul),
            [KERNEL_MUL_ADD] = BLOCK_VVV(mul_add),
            [KERNEL_MUL_SUB] = BLOCK_VVV(mul_sub),
            [KERNEL_SUB_MUL] = BLOCK_VVV(sub_mul),
            [KERNEL_SUB_SQUARE_ADD] = BLOCK_VVV(sub_square_add),
            [KERNEL_ADD_SQUARE_ADD] = BLOCK_VVV(add_square_add),
            [KERNEL_MUL_STEP] = {[0] = {mul_step_vv}},
            [KERNEL_SUM] = BLOCK_V(sum),
            [KERNEL_DOT] = {[0] = {dot_vv}},
            [KERNEL_DOT3] = {[0] = {dot3_vvv}},
        },
};
