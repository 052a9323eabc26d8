/* The list of known formulas. */
#include "formulas.h"

#include <stddef.h>

const struct rlct_formula *const rlct_formulas[] = {
#define FORMULA(id) &formula_##id,
#include "formulas.def"
#undef FORMULA
    NULL,
};
