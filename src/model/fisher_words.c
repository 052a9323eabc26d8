/* What the spectrum at a point means, in plain words. */
#include "cusp/fisher.h"

#include <math.h>

#define LEAST_ROUNDING 1e-12 /* × min K: no more than this above it is at the least */
#define SAME_MATRIX 1e-6     /* relative: quadrature and rounding */

const char *point_class_name(enum point_class point_class)
{
    switch (point_class) {
    case POINT_NOT_TRUE:
        return "not a true parameter";
    case POINT_REGULAR:
        return "regular point";
    case POINT_DEGENERATE:
        return "degenerate direction along W0";
    case POINT_SINGULAR:
        return "singular point";
    case POINT_UNDEFINED:
        return "undefined here";
    }
    return "";
}

/* K is the mean loss over real data: what is true is not known, only what is likeliest. */
static bool of_data(const struct fisher *fisher)
{
    return fisher->of_likelihood && !fisher->has_truth;
}

static void say_not_true(const struct fisher *fisher, struct text *out)
{
    char kl[64], least[64], above[64];
    text_number(kl, sizeof kl, fisher->kl, 3);
    text_number(least, sizeof least, fisher->kl_min, 3);
    text_number(above, sizeof above, fisher->kl - fisher->kl_min, 3);
    if (of_data(fisher))
        text_addf(out,
                  "the data's mean loss is %s above its least here, so the posterior density falls "
                  "as exp(-%s n)",
                  kl, kl);
    else if (fisher->has_zero)
        text_addf(out,
                  "not a true parameter: K = %s here, so its posterior density falls as exp(-%s n)",
                  kl, kl);
    else if (fisher->kl - fisher->kl_min <= LEAST_ROUNDING * fabs(fisher->kl_min))
        text_addf(out, "the best parameter of the box, but not a true one: K is least here, %s",
                  kl);
    else
        text_addf(out,
                  "not a true parameter: K = %s, which is %s above the least K of the box (%s)", kl,
                  above, least);
}

static void say_degenerate(const struct fisher *fisher, struct text *out)
{
    size_t flat = fisher->dim - fisher->rank;
    if (flat == 1)
        text_addf(out, "rank %zu of %zu: the posterior is flat along W0 here, in one direction",
                  fisher->rank, fisher->dim);
    else
        text_addf(out, "rank %zu of %zu: the posterior is flat along W0 here, in %zu directions",
                  fisher->rank, fisher->dim, flat);
}

static void say_singular(const struct fisher *fisher, struct text *out)
{
    bool flat = fisher->singularity == SINGULARITY_FLAT;
    text_addf(out, "rank %zu of %zu: ", fisher->rank, fisher->dim);
    if (flat && fisher->zero_dim == 0)
        text_add(out, "an isolated true parameter");
    else if (flat)
        text_addf(out, "W0 is smooth here, of dimension %zu", fisher->zero_dim);
    else
        text_add(out, "a singular point: W0 is not a smooth set along the flat directions here");
    if (flat && !fisher->kink) /* at a kink the Hessian does not tell how K rises */
        text_add(out, fisher->zero_dim == 0
                          ? ", but K rises slower than a square around it"
                          : ", but K is flatter across it than that accounts for");
}

void fisher_sentence(const struct fisher *fisher, struct text *out)
{
    switch (fisher->point_class) {
    case POINT_NOT_TRUE:
        say_not_true(fisher, out);
        break;
    case POINT_REGULAR:
        text_addf(out, "rank %zu of %zu: %s; the posterior shrinks to it like a Gaussian",
                  fisher->rank, fisher->dim,
                  of_data(fisher) ? "the likeliest parameter for the data, isolated"
                                  : "an isolated true parameter");
        break;
    case POINT_DEGENERATE:
        say_degenerate(fisher, out);
        break;
    case POINT_SINGULAR:
        say_singular(fisher, out);
        break;
    case POINT_UNDEFINED:
        text_add(out, "K or one of its derivatives is undefined here");
        break;
    }
    if (fisher->kink)
        text_add(out, "; K has a kink here, so its derivatives are those of one side");
}

void fisher_hessian_sentence(const struct fisher *fisher, struct text *out)
{
    char percent[64];
    bool same = fisher->hessian_difference <= SAME_MATRIX;
    bool is_true = fisher->point_class != POINT_NOT_TRUE && fisher->has_truth && fisher->has_zero;
    if (!fisher->of_likelihood || fisher->point_class == POINT_UNDEFINED)
        return;
    if (isnan(fisher->hessian_difference)) {
        text_add(out, "the Hessian of K is not known here: the kinks of the model move with w, and "
                      "what they add to it away from true parameters is lost in a sum over nodes");
        return;
    }
    text_number(percent, sizeof percent, 100 * fisher->hessian_difference, 3);
    if (same && is_true)
        text_add(out,
                 "the Hessian of K is the Fisher information here, as at every true parameter");
    else if (same && of_data(fisher))
        text_add(out, "the Hessian of the data's mean loss is the Fisher information here: the "
                      "misfit adds no curvature");
    else if (same)
        text_add(out, "the Hessian of K is the Fisher information here too, though w is not a true "
                      "parameter: the misfit adds no curvature");
    else if (fisher->kink)
        text_add(out, "the Hessian of K and the Fisher information differ at this kink, where each "
                      "is that of one side");
    else if (!fisher->has_truth)
        text_addf(out,
                  "the Hessian is that of the data's mean loss; it differs from the Fisher "
                  "information by %s %%, by the misfit of the data to the model",
                  percent);
    else
        text_addf(out,
                  "the Hessian of K differs from the Fisher information by %s %%: away from true "
                  "parameters it also holds E[(model − truth) ∂²model], the misfit times the "
                  "model's own curvature",
                  percent);
}
