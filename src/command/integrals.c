/* Integrals for commands: the range of n that they need, and what is said when they cannot be had.
 */
#include <math.h>

#include "command_private.h"

int n_range(struct command_context *context, const double *n, size_t count,
            struct integral_options *options)
{
    options->n_min = INFINITY;
    options->n_max = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(n[i] >= 1 && n[i] <= INTEGRAL_MAX_N)) {
            command_fault(context, "n = %g is outside 1 to 1e12", n[i]);
            return EXIT_BAD;
        }
        options->n_min = fmin(options->n_min, n[i]);
        options->n_max = fmax(options->n_max, n[i]);
    }
    return EXIT_OK;
}

int integral_for(struct command_context *context, const struct model *model,
                 const struct integral_options *options, struct integral **out)
{
    if (model->dim > INTEGRAL_MAX_DIM) {
        command_fault(context, "cusp integrates over at most three parameters; this model has %zu",
                      model->dim);
        return EXIT_BAD;
    }
    enum status status = integral_new(model, options, context->cancel, out);
    if (status != ST_OK) {
        command_fault(context, "the posterior of %s could not be integrated: %s", model->name,
                      status_name(status));
        return EXIT_BAD;
    }
    return EXIT_OK;
}

int args_with_integral(struct command_context *context, const struct args *args,
                       const struct integral_options *options,
                       int (*work)(struct command_context *context, const struct args *args,
                                   const struct model *model, const struct integral *integral))
{
    struct model *model = NULL;
    struct integral *integral = NULL;
    int code = args_model(context, args, &model);
    if (code != EXIT_OK) {
        return code;
    }
    code = integral_for(context, model, options, &integral);
    if (code == EXIT_OK) {
        code = work(context, args, model, integral);
    }
    integral_free(integral);
    model_unref(model);
    return code;
}
