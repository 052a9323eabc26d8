/* What the files about networks share: the domain of the inputs, and numbers of coefficients. */
#ifndef NETWORK_DOMAIN_H
#define NETWORK_DOMAIN_H

#include "cusp/likelihood.h"
#include "cusp/network.h"

/* Where the inputs are: bounds of uniform ones, six standard deviations of normal ones. */
struct network_domain {
    size_t n;
    double low[LIKELIHOOD_MAX_INPUTS], high[LIKELIHOOD_MAX_INPUTS];
    const struct rows *rows; /* NULL: none */
};

void network_domain(const struct model *model, struct network_domain *domain);

/* The number a coefficient is at w (NULL where it is known to be no parameter). */
double network_value(const struct network_coefficient *c, const double *w);

#endif
