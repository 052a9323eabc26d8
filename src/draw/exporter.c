/* The table of exporters. */
#include "cusp/exporter.h"

#include <string.h>

#include "exporters.h"

const struct exporter *exporter_find(const char *name)
{
    for (size_t i = 0; exporters[i]; i++)
        if (strcmp(exporters[i]->name, name) == 0)
            return exporters[i];
    return NULL;
}

const struct exporter *const exporters[] = {
#define EXPORTER(name) &exporter_##name,
#include "exporters.def"
#undef EXPORTER
    NULL,
};
