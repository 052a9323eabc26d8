/* The table of views, in menu order, and how one is found by name. */
#include "cusp/view.h"

#include <string.h>

#include "views.h"

const struct view *const views[] = {
#define VIEW(descriptor) &descriptor,
#include "views.def"
#undef VIEW
    NULL,
};

const struct view *view_find(const char *name)
{
    for (size_t i = 0; views[i] != NULL; i++)
        if (strcmp(views[i]->name, name) == 0)
            return views[i];
    return NULL;
}
