/* The table of samplers. */
#include "cusp/sampler.h"

#include <string.h>

#include "samplers.h"

const struct sampler *sampler_named(const char *name)
{
    for (size_t i = 0; samplers[i] != NULL; i++)
        if (strcmp(samplers[i]->name, name) == 0)
            return samplers[i];
    return NULL;
}

const struct sampler *const samplers[] = {
#define SAMPLER(name) &sampler_##name,
#include "samplers.def"
#undef SAMPLER
    NULL,
};
