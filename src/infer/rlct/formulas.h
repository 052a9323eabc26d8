/* Every known formula by name. */
#ifndef CUSP_FORMULAS_H
#define CUSP_FORMULAS_H

#include "cusp/rlct.h"

#define FORMULA(id) extern const struct rlct_formula formula_##id;
#include "formulas.def"
#undef FORMULA

#endif
