/* The exporters' descriptors, one a row of exporters.def. */
#ifndef CUSP_DRAW_EXPORTERS_H
#define CUSP_DRAW_EXPORTERS_H

#include "cusp/exporter.h"

#ifdef HAVE_CAIRO
#define PAPER_AVAILABLE true
#else
#define PAPER_AVAILABLE false
#endif

#define EXPORTER(name) extern const struct exporter exporter_##name;
#include "exporters.def"
#undef EXPORTER

#endif
