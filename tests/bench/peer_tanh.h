/* The mean over the data by a plain loop; the including file names it and says how it is compiled.
 */
#include "peer.h"

#include <math.h>

void PEER_TANH(const double *x, const double *y, size_t n, const double *u, const double *v,
               size_t n_data, double *out)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n_data; j++) {
            double f = tanh(x[i] * u[j] + y[i]) - v[j];
            sum += f * f;
        }
        out[i] = sum / (double)n_data;
    }
}
