/* What every operation of the model language is, and its value by the C library. */
#include "cusp/op.h"

#include <math.h>
#include <string.h>

static const struct op_info infos[OP_COUNT] = {
#define OP(id, op_name, op_arity, is_polynomial, is_smooth, help_text) \
    [OP_##id] = {.name = (op_name),                                    \
                 .arity = (op_arity),                                  \
                 .polynomial = (is_polynomial),                        \
                 .smooth = (is_smooth),                                \
                 .help = (help_text)},
#include "cusp/ops.def"
#undef OP
};

const struct op_info *op_info(enum op op)
{
    return &infos[op];
}

bool op_is_function(enum op op)
{
    /* neg, and, or, not are operators that happen to be spelt with letters. */
    if (op >= OP_COUNT || op == OP_NEG || op == OP_AND || op == OP_OR || op == OP_NOT) {
        return false;
    }
    char first = infos[op].name[0];
    return first >= 'a' && first <= 'z';
}

enum op op_find_function(const char *name)
{
    for (enum op op = 0; op < OP_COUNT; op++) {
        if (op_is_function(op) && strcmp(infos[op].name, name) == 0) {
            return op;
        }
    }
    return OP_COUNT;
}

static double whole_power(double base, int exponent)
{
    unsigned left = exponent < 0 ? 0u - (unsigned)exponent : (unsigned)exponent;
    double power = 1;
    for (double square = base; left > 0; left >>= 1) {
        if (left & 1) {
            power *= square;
        }
        square *= square;
    }
    return exponent < 0 ? 1 / power : power;
}

static double sigmoid(double x)
{
    if (x >= 0) {
        return 1 / (1 + exp(-x));
    }
    double e = exp(x);
    return e / (1 + e);
}

static double softplus(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

/* x − log1p(x). Near 0, where that cancels: with s = x / (2 + x), log1p(x) = 2 atanh(s) and
   x − 2 s = x s, so it is s (x − 2 s² P(s²)) with P(z) = 1/3 + z/5 + z²/7 + …, here the polynomial
   closest to it up to 1/9. */
static double log1p_gap(double x)
{
    static const double p[] = {0.3333333333333333,  0.20000000000007298, 0.1428571428355253,
                               0.11111111358900891, 0.09090894708663223, 0.07692785296456121,
                               0.06657067775440581, 0.06000577591428889, 0.04400158825434387,
                               0.08082469084735669};
    if (!(x >= -0.5 && x <= 1)) {
        return x == INFINITY ? x : x - log1p(x);
    }
    double s = x / (2 + x), z = s * s, value = 0;
    for (size_t i = sizeof p / sizeof *p; i-- > 0;) {
        value = value * z + p[i];
    }
    return s * (x - 2 * z * value);
}

static double gelu(double x)
{
    /* erfc keeps its digits where 1 + erf(x / √2) cancels; −∞ · 0 has the limit 0. */
    return x == -INFINITY ? 0 : 0.5 * x * erfc(-x * M_SQRT1_2);
}

static double swish(double x)
{
    return x == -INFINITY ? 0 : x * sigmoid(x);
}

static double sign(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

static double least(double a, double b)
{
    return isnan(a) || a < b ? a : b;
}

static double greatest(double a, double b)
{
    return isnan(a) || a > b ? a : b;
}

double op_value(enum op op, int exponent, double a, double b, double c)
{
    switch (op) {
    case OP_CONST:
    case OP_VAR:
        return a;
    case OP_ADD:
        return a + b;
    case OP_SUB:
        return a - b;
    case OP_MUL:
        return a * b;
    case OP_DIV:
        return a / b;
    case OP_NEG:
        return -a;
    case OP_POWI:
        return whole_power(a, exponent);
    case OP_POW:
        return a < 0 ? (double)NAN : pow(a, b);
    case OP_SQRT:
        return sqrt(a);
    case OP_EXP:
        return exp(a);
    case OP_EXPM1:
        return expm1(a);
    case OP_LOG:
        return log(a);
    case OP_LOG1P:
        return log1p(a);
    case OP_LOG1P_GAP:
        return log1p_gap(a);
    case OP_SIN:
        return sin(a);
    case OP_COS:
        return cos(a);
    case OP_TANH:
        return tanh(a);
    case OP_ERF:
        return erf(a);
    case OP_SIGMOID:
        return sigmoid(a);
    case OP_SOFTPLUS:
        return softplus(a);
    case OP_GELU:
        return gelu(a);
    case OP_SWISH:
        return swish(a);
    case OP_ABS:
        return fabs(a);
    case OP_RELU:
        return a < 0 ? 0 : a;
    case OP_LEAKY_RELU:
        return a < 0 ? a / 100 : a;
    case OP_STEP:
        return isnan(a) ? a : a > 0;
    case OP_SIGN:
        return sign(a);
    case OP_MIN:
        return least(a, b);
    case OP_MAX:
        return greatest(a, b);
    case OP_LT:
        return a < b;
    case OP_LE:
        return a <= b;
    case OP_GT:
        return a > b;
    case OP_GE:
        return a >= b;
    case OP_EQ:
        return a == b;
    case OP_NE:
        return a != b;
    case OP_AND:
        return a != 0 && b != 0;
    case OP_OR:
        return a != 0 || b != 0;
    case OP_NOT:
        return a == 0;
    case OP_IF:
        return a != 0 ? b : c;
    case OP_COUNT:
        break;
    }
    return (double)NAN;
}
