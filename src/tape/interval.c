/* Interval arithmetic: enclosures of every operation, rounded outwards. */
#include "interval_private.h"

#include <float.h>
#include <math.h>

/* Units in the last place by which the C library's functions may err, with room to spare: glibc
   states at most 2 for those used here, on the machines that it knows. */
static const double library_ulps = 4;
/* Of the functions composed in op_value (sigmoid, softplus). */
static const double composed_ulps = 12;

struct interval interval_of(double low, double high)
{
    struct interval whole = {-INFINITY, INFINITY, false, false};
    if (!(low <= high) || low == INFINITY || high == -INFINITY) {
        return whole;
    }
    return (struct interval){low, high, true, false};
}

static inline void set(struct interval *out, double low, double high)
{
    /* A NaN comes only of infinite ends, where nothing is known. */
    out->low = low == low ? low : -INFINITY;
    out->high = high == high ? high : INFINITY;
}

static inline void set_ends(struct interval *out, struct ends ends)
{
    set(out, ends.low, ends.high);
}

static inline void set_whole(struct interval *out)
{
    out->low = -INFINITY;
    out->high = INFINITY;
    out->defined = false;
}

/* An increasing function's values at both ends, erring by at most ulps; exact where they are 0. */
static void set_increasing(struct interval *out, double low, double high, double ulps)
{
    set(out, low == 0 ? 0 : interval_down_by(low, ulps),
        high == 0 ? 0 : interval_up_by(high, ulps));
}

/* The same with values known to lie in [least, most], where a computed 0 may have underflowed. */
static void set_bounded(struct interval *out, double low, double high, double ulps, double least,
                        double most)
{
    double down = interval_down_by(low, ulps), up = interval_up_by(high, ulps);
    set(out, down > least ? down : least, up < most ? up : most);
}

static void apply_exponential(enum op op, const struct interval *a, struct interval *out)
{
    double low = op_value(op, 0, a->low, 0, 0), high = op_value(op, 0, a->high, 0, 0);
    switch ((int)op) {
    case OP_EXP:
        set_bounded(out, low, high, library_ulps, 0, INFINITY);
        break;
    case OP_SIGMOID:
        set_bounded(out, low, high, composed_ulps, 0, 1);
        break;
    case OP_SOFTPLUS:
        set_bounded(out, low, high, composed_ulps, 0, INFINITY);
        break;
    case OP_EXPM1:
        set_increasing(out, low, high, library_ulps);
        out->low = out->low > -1 ? out->low : -1;
        break;
    case OP_TANH:
    case OP_ERF:
        set_increasing(out, low, high, library_ulps);
        out->low = out->low > -1 ? out->low : -1;
        out->high = out->high < 1 ? out->high : 1;
        break;
    }
}

/* log and log1p, with their pole at `pole`. */
static void apply_log(enum op op, double pole, const struct interval *a, struct interval *out)
{
    double from = a->low, to = a->high;
    if (from <= pole) {
        out->defined = false;
        if (to <= pole) {
            set_whole(out);
            return;
        }
        from = pole;
    }
    double low = from == pole ? -INFINITY : op_value(op, 0, from, 0, 0);
    set_increasing(out, low, op_value(op, 0, to, 0, 0), library_ulps);
}

static void apply_sqrt(const struct interval *a, struct interval *out)
{
    double from = a->low, to = a->high;
    if (to < 0) {
        set_whole(out);
        return;
    }
    if (from < 0) {
        out->defined = false;
        from = 0;
    }
    set_increasing(out, sqrt(from), sqrt(to), 1);
}

static void apply_abs(const struct interval *a, struct interval *out)
{
    double low = a->low, high = a->high;
    out->kink |= low <= 0 && high >= 0;
    double far = -low > high ? -low : high;
    set(out, low > 0 ? low : high < 0 ? -high : 0, far);
}

static void apply_leaky_relu(const struct interval *a, struct interval *out)
{
    double low = a->low, high = a->high;
    out->kink |= low <= 0 && high >= 0;
    set(out, low < 0 ? interval_down(low / 100) : low, high < 0 ? interval_up(high / 100) : high);
}

static void apply_step(enum op op, const struct interval *a, struct interval *out)
{
    double low = a->low, high = a->high, below = op == OP_SIGN ? -1 : 0;
    out->kink |= low <= 0 && high >= 0;
    set(out, low > 0 ? 1 : low < 0 ? below : 0, high > 0 ? 1 : high < 0 ? below : 0);
}

/* A truth value that is surely yes, surely no, or either. */
static void set_truth(struct interval *out, bool yes, bool no)
{
    set(out, yes ? 1 : 0, no ? 0 : 1);
}

static bool surely_true(const struct interval *a)
{
    return a->low > 0 || a->high < 0;
}

static bool surely_false(const struct interval *a)
{
    return a->low == 0 && a->high == 0;
}

/* The comparisons; where the two may be equal, they may switch. */
static void apply_compare(enum op op, const struct interval *a, const struct interval *b,
                          struct interval *out)
{
    double al = a->low, ah = a->high, bl = b->low, bh = b->high;
    out->kink |= al <= bh && bl <= ah;
    switch ((int)op) {
    case OP_LT:
        set_truth(out, ah < bl, al >= bh);
        break;
    case OP_LE:
        set_truth(out, ah <= bl, al > bh);
        break;
    case OP_GT:
        set_truth(out, al > bh, ah <= bl);
        break;
    case OP_GE:
        set_truth(out, al >= bh, ah < bl);
        break;
    case OP_EQ:
        set_truth(out, al == ah && bl == bh && al == bl, ah < bl || al > bh);
        break;
    case OP_NE:
        set_truth(out, ah < bl || al > bh, al == ah && bl == bh && al == bl);
        break;
    }
}

static void apply_logic(enum op op, const struct interval *a, const struct interval *b,
                        struct interval *out)
{
    bool a_yes = surely_true(a), a_no = surely_false(a);
    bool b_yes = surely_true(b), b_no = surely_false(b);
    bool yes = op == OP_AND ? a_yes && b_yes : op == OP_OR ? a_yes || b_yes : a_no;
    bool no = op == OP_AND ? a_no || b_no : op == OP_OR ? a_no && b_no : a_yes;
    /* A truth value as argument brings its own kink; a number switches at 0. */
    bool unsure = !(a_yes || a_no) || (op != OP_NOT && !(b_yes || b_no));
    out->kink |= unsure && !yes && !no;
    set_truth(out, yes, no);
}

static void apply_if(const struct interval *c, const struct interval *a, const struct interval *b,
                     struct interval *out)
{
    struct interval condition = *c, yes = *a, no = *b;
    if (surely_true(&condition)) {
        *out = yes;
    } else if (surely_false(&condition)) {
        *out = no;
    } else {
        out->low = yes.low < no.low ? yes.low : no.low;
        out->high = yes.high > no.high ? yes.high : no.high;
        out->defined = yes.defined && no.defined;
        out->kink = true;
    }
    out->defined &= condition.defined;
    /* A decided condition may still stand at its switch on the box's edge. */
    out->kink |= condition.kink;
}

static void apply_extremum(enum op op, const struct interval *a, const struct interval *b,
                           struct interval *out)
{
    double al = a->low, ah = a->high, bl = b->low, bh = b->high;
    out->kink |= al <= bh && bl <= ah;
    if (op == OP_MIN) {
        set(out, al < bl ? al : bl, ah < bh ? ah : bh);
    } else {
        set(out, al > bl ? al : bl, ah > bh ? ah : bh);
    }
}

/* The functions kept in files of their own. */
static void apply_shaped(enum op op, int exponent, const struct interval *a,
                         const struct interval *b, struct interval *out)
{
    struct ends ends = {-INFINITY, INFINITY};
    switch ((int)op) {
    case OP_POWI:
        ends = interval_powi(a->low, a->high, exponent, &out->defined);
        break;
    case OP_POW:
        ends = interval_pow((struct ends){a->low, a->high}, (struct ends){b->low, b->high},
                            &out->defined);
        break;
    case OP_DIV:
        ends = interval_divide((struct ends){a->low, a->high}, (struct ends){b->low, b->high},
                               &out->defined);
        break;
    case OP_SIN:
        ends = interval_sin(a->low, a->high);
        break;
    case OP_COS:
        ends = interval_cos(a->low, a->high);
        break;
    case OP_GELU:
        ends = interval_gelu(a->low, a->high);
        break;
    case OP_SWISH:
        ends = interval_swish(a->low, a->high);
        break;
    }
    set_ends(out, ends);
}

static inline void inherit(const struct interval *a, const struct interval *b, struct interval *out)
{
    bool defined = a->defined && b->defined, kink = a->kink || b->kink;
    out->defined = defined;
    out->kink = kink;
}

static void apply(enum op op, int exponent, const struct interval *a, const struct interval *b,
                  struct interval *out)
{
    switch (op) {
    case OP_ADD:
        set_ends(out, interval_add(a->low, a->high, b->low, b->high));
        break;
    case OP_SUB:
        set_ends(out, interval_add(a->low, a->high, -b->high, -b->low));
        break;
    case OP_MUL:
        set_ends(out, interval_multiply(a->low, a->high, b->low, b->high));
        break;
    case OP_NEG:
        set(out, -a->high, -a->low);
        break;
    case OP_DIV:
    case OP_POWI:
    case OP_POW:
    case OP_SIN:
    case OP_COS:
    case OP_GELU:
    case OP_SWISH:
        apply_shaped(op, exponent, a, b, out);
        break;
    case OP_SQRT:
        apply_sqrt(a, out);
        break;
    case OP_LOG:
        apply_log(op, 0, a, out);
        break;
    case OP_LOG1P:
        apply_log(op, -1, a, out);
        break;
    case OP_LOG1P_GAP:
        set_ends(out, interval_log1p_gap(a->low, a->high, &out->defined));
        break;
    case OP_EXP:
    case OP_EXPM1:
    case OP_TANH:
    case OP_ERF:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
        apply_exponential(op, a, out);
        break;
    case OP_ABS:
        apply_abs(a, out);
        break;
    case OP_RELU:
        out->kink |= a->low <= 0 && a->high >= 0;
        set(out, a->low > 0 ? a->low : 0, a->high > 0 ? a->high : 0);
        break;
    case OP_LEAKY_RELU:
        apply_leaky_relu(a, out);
        break;
    case OP_STEP:
    case OP_SIGN:
        apply_step(op, a, out);
        break;
    case OP_MIN:
    case OP_MAX:
        apply_extremum(op, a, b, out);
        break;
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_EQ:
    case OP_NE:
        apply_compare(op, a, b, out);
        break;
    case OP_AND:
    case OP_OR:
    case OP_NOT:
        apply_logic(op, a, b, out);
        break;
    case OP_CONST:
    case OP_VAR:
        *out = *a;
        break;
    case OP_IF:
    case OP_COUNT:
        set_whole(out);
        break;
    }
}

void interval_apply(enum op op, int exponent, const struct interval *a, const struct interval *b,
                    const struct interval *c, struct interval *out)
{
    if (op == OP_IF) {
        apply_if(a, b, c, out);
        return;
    }
    /* Every case reads the ends before it writes any: out may be an argument. */
    inherit(a, op_info(op)->arity > 1 ? b : a, out);
    apply(op, exponent, a, b, out);
}

struct interval interval_op(enum op op, int exponent, struct interval a, struct interval b,
                            struct interval c)
{
    struct interval out;
    interval_apply(op, exponent, &a, &b, &c, &out);
    return out;
}
