/* The samplers' descriptors, one a row of samplers.def. */
#ifndef CUSP_INFER_SAMPLERS_H
#define CUSP_INFER_SAMPLERS_H

#include "cusp/sampler.h"

#define SAMPLER(name) extern const struct sampler sampler_##name;
#include "samplers.def"
#undef SAMPLER

#endif
