/* The views of views.def. */
#ifndef CUSP_VIEWS_H
#define CUSP_VIEWS_H

#include "cusp/view.h"

#define VIEW(descriptor) extern const struct view descriptor;
#include "views.def"
#undef VIEW

#endif
