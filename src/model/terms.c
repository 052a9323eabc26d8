/* Formulas that keep their digits: logarithms of quotients, gaps of convex functions, factorials.
 */
#include "terms.h"

#include <math.h>

/* A probability of 0 within a logarithm; no double above 1e-284 feels it. */
#define LOG_FLOOR 1e-300

bool term_is(const struct dag *dag, uint32_t a, double value)
{
    double number;
    return dag_is_const(dag, a, &number) && number == value;
}

static bool is_op(const struct dag *dag, uint32_t a, enum op op)
{
    return dag_node(dag, a)->op == op;
}

static uint32_t arg_of(const struct dag *dag, uint32_t a, int i)
{
    return dag_node(dag, a)->args[i];
}

/* True for 1 − b; *b then. The graph may hold it as (−b) + 1. */
static bool is_complement(const struct dag *dag, uint32_t a, uint32_t *b)
{
    if (is_op(dag, a, OP_SUB) && term_is(dag, arg_of(dag, a, 0), 1)) {
        *b = arg_of(dag, a, 1);
        return true;
    }
    if (is_op(dag, a, OP_ADD) && term_is(dag, arg_of(dag, a, 1), 1) &&
        is_op(dag, arg_of(dag, a, 0), OP_NEG)) {
        *b = arg_of(dag, arg_of(dag, a, 0), 0);
        return true;
    }
    return false;
}

uint32_t term_complement(struct dag *dag, uint32_t a)
{
    uint32_t b;
    if (is_op(dag, a, OP_SIGMOID))
        return term_of(dag, OP_SIGMOID, term_neg(dag, arg_of(dag, a, 0)));
    if (is_complement(dag, a, &b))
        return b;
    return term_sub(dag, dag_const(dag, 1), a);
}

uint32_t term_log(struct dag *dag, uint32_t a)
{
    uint32_t b;
    if (is_op(dag, a, OP_EXP))
        return arg_of(dag, a, 0);
    if (is_op(dag, a, OP_SIGMOID))
        return term_neg(dag, term_of(dag, OP_SOFTPLUS, term_neg(dag, arg_of(dag, a, 0))));
    if (is_complement(dag, a, &b))
        return is_op(dag, b, OP_SIGMOID) ? term_log_complement(dag, b)
                                         : term_of(dag, OP_LOG1P, term_neg(dag, b));
    return term_of(dag, OP_LOG, a);
}

uint32_t term_log_complement(struct dag *dag, uint32_t a)
{
    uint32_t b;
    if (is_op(dag, a, OP_SIGMOID))
        return term_neg(dag, term_of(dag, OP_SOFTPLUS, arg_of(dag, a, 0)));
    if (is_complement(dag, a, &b))
        return term_log(dag, b);
    return term_of(dag, OP_LOG1P, term_neg(dag, a));
}

uint32_t term_log_floored(struct dag *dag, uint32_t a)
{
    if (is_op(dag, a, OP_EXP) || is_op(dag, a, OP_SIGMOID))
        return term_log(dag, a);
    return term_of(dag, OP_LOG, term_shift(dag, a, LOG_FLOOR));
}

uint32_t term_excess(struct dag *dag, uint32_t a, uint32_t b)
{
    if (a == b)
        return dag_const(dag, 0);
    return term_div(dag, term_sub(dag, a, b), b);
}

uint32_t term_log_quotient(struct dag *dag, uint32_t a, uint32_t b)
{
    if (a == b)
        return dag_const(dag, 0);
    if (is_op(dag, a, OP_EXP) || is_op(dag, b, OP_EXP))
        return term_sub(dag, term_log(dag, a), term_log(dag, b));
    return term_of(dag, OP_LOG1P, term_excess(dag, a, b));
}

uint32_t term_inverse(struct dag *dag, enum op op, uint32_t a)
{
    double value;
    if (is_op(dag, a, op))
        return arg_of(dag, a, 0);
    if (!dag_is_const(dag, a, &value))
        return TERM_NONE;
    if (op == OP_EXP && value > 0)
        return dag_const(dag, log(value));
    if (op == OP_SIGMOID && value > 0 && value < 1)
        return dag_const(dag, log(value) - log1p(-value));
    return TERM_NONE;
}

/* True if a is exp(f) and b is that or a positive number: *log_a = f and the other's logarithm. */
static bool are_exponentials(struct dag *dag, uint32_t a, uint32_t b, uint32_t *log_a,
                             uint32_t *log_b)
{
    if (!is_op(dag, a, OP_EXP) && !is_op(dag, b, OP_EXP))
        return false;
    *log_a = term_inverse(dag, OP_EXP, a);
    *log_b = term_inverse(dag, OP_EXP, b);
    return *log_a != TERM_NONE && *log_b != TERM_NONE;
}

uint32_t term_log_excess(struct dag *dag, uint32_t a, uint32_t b)
{
    uint32_t log_a, log_b;
    if (are_exponentials(dag, a, b, &log_a, &log_b))
        return term_sub(dag, log_a, log_b);
    return term_excess(dag, a, b);
}

uint32_t term_quotient_gap(struct dag *dag, uint32_t a, uint32_t b)
{
    uint32_t log_a, log_b;
    if (a == b)
        return dag_const(dag, 0);
    if (are_exponentials(dag, a, b, &log_a, &log_b))
        return term_exp_gap(dag, term_sub(dag, log_a, log_b));
    return term_of(dag, OP_LOG1P_GAP, term_excess(dag, a, b));
}

uint32_t term_exp_gap(struct dag *dag, uint32_t x)
{
    /* G(2y) = (1 + e^y) G(y) + y (e^y − 1), all terms ≥ 0: halved so often that e^y − 1 keeps its
       distance from −1, where G(y) = h(e^y − 1) with h(r) = r − log(1 + r) loses its digits. */
    enum { HALVINGS = 10 };
    uint32_t y = term_scale(dag, 1.0 / (1 << HALVINGS), x);
    uint32_t e = term_of(dag, OP_EXPM1, y);
    uint32_t gap = term_of(dag, OP_LOG1P_GAP, e);
    for (int i = 0; i < HALVINGS; i++) {
        uint32_t two = term_shift(dag, e, 2);
        gap = term_add(dag, term_mul(dag, two, gap), term_mul(dag, y, e));
        e = term_mul(dag, e, two);
        y = term_scale(dag, 2, y);
    }
    return gap;
}

uint32_t term_ratio_gap(struct dag *dag, uint32_t t, uint32_t excess)
{
    /* With s = √t: t − 1 − log t = (s − 1)² + 2 (s − 1 − log s), and s − 1 = (t − 1)/(s + 1); so
       often that s keeps its distance from 0, where h(s − 1) = s − 1 − log s loses its digits. */
    enum { ROOTS = 6 };
    uint32_t more[ROOTS], product = dag_const(dag, 1), s = t;
    for (int i = 0; i < ROOTS; i++) {
        s = term_of(dag, OP_SQRT, s);
        more[i] = term_shift(dag, s, 1);
        product = term_mul(dag, product, more[i]);
    }
    uint32_t r = term_div(dag, excess, product);
    uint32_t gap = term_of(dag, OP_LOG1P_GAP, r);
    for (int i = ROOTS; i-- > 0;) {
        gap = term_add(dag, term_square(dag, r), term_scale(dag, 2, gap));
        r = term_mul(dag, r, more[i]);
    }
    return gap;
}

uint32_t term_log_factorial(struct dag *dag, uint32_t a)
{
    /* Stirling's series of log Γ(z) at z = a + 8, and back by a + 1 … a + 7. */
    enum { UP = 7 };
    static const double series[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                    1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
    double value;
    if (dag_is_const(dag, a, &value)) {
        int sign;
        return dag_const(dag, value >= 0 ? (double)lgammal_r((long double)value + 1, &sign)
                                         : (double)NAN);
    }
    uint32_t z = term_shift(dag, a, UP + 1), inverse = dag_powi(dag, z, -1);
    uint32_t square = term_square(dag, inverse), tail = dag_const(dag, 0);
    for (size_t i = sizeof series / sizeof *series; i-- > 0;)
        tail = term_shift(dag, term_mul(dag, tail, square), series[i]);
    uint32_t product = term_shift(dag, a, 1);
    for (int i = 2; i <= UP; i++)
        product = term_mul(dag, product, term_shift(dag, a, i));
    uint32_t main = term_mul(dag, term_shift(dag, z, -0.5), term_of(dag, OP_LOG, z));
    main = term_sub(dag, term_sub(dag, main, z), term_of(dag, OP_LOG, product));
    return term_add(dag, term_shift(dag, main, 0.5 * log(2 * M_PI)), term_mul(dag, tail, inverse));
}

uint32_t term_whole(struct dag *dag, uint32_t a)
{
    double value;
    return dag_const(dag, !dag_is_const(dag, a, &value) || value == floor(value));
}

uint32_t term_within(struct dag *dag, uint32_t inside, uint32_t value)
{
    return term_if(dag, inside, value, dag_const(dag, -INFINITY));
}
