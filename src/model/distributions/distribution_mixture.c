/* The mixture, whose arguments here are its weights; what its parts do is law.c's. */
#include "distribution_parts.h"

static const char *const arg_names[] = {"weight"};

/* One part alone may have all the weight. */
static const char *fault(const double *values, size_t n_args)
{
    return categorical_distribution.fault(values, n_args) == NULL
               ? NULL
               : "the weights are not between 0 and 1 or do not add up to 1";
}

const struct distribution mixture_distribution = {
    DISTRIBUTION_ROW(mixture),
    .arg_names = arg_names,
    .support = SUPPORT_OF_PARTS,
    .fault = fault,
};
