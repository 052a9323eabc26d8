/* The operations of ops.def as an enumeration with a const description each. */
#ifndef CUSP_OP_H
#define CUSP_OP_H

#include <stdbool.h>
#include <stddef.h>

enum op {
#define OP(id, name, arity, polynomial, smooth, help) OP_##id,
#include "cusp/ops.def"
#undef OP
    OP_COUNT
};

struct op_info {
    const char *name;
    int arity;
    bool polynomial, smooth;
    const char *help;
};

/* Never NULL for op < OP_COUNT. */
const struct op_info *op_info(enum op op);

/* Named functions of the language only (sqrt, relu, if …; not "+", not "neg"); OP_COUNT if none. */
enum op op_find_function(const char *name);

/* True if a person may call it by name in a model file. */
bool op_is_function(enum op op);

/* The value of a pure operation on numbers, by the C library; reference for every other evaluator.
   exponent: of OP_POWI.  NaN where undefined. */
double op_value(enum op op, int exponent, double a, double b, double c);

#endif
