/* Model files that change on disk while they are looked at. */
#include <string.h>
#include <sys/stat.h>

#include "cusp/mem.h"
#include "session_private.h"

static bool stamp_read(const char *path, struct stamp *stamp)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return false;
    }
    stamp->changed = info.st_mtim;
    stamp->size = info.st_size;
    stamp->inode = info.st_ino;
    stamp->device = info.st_dev;
    return true;
}

static bool stamp_same(const struct stamp *a, const struct stamp *b)
{
    return a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec &&
           a->size == b->size && a->inode == b->inode && a->device == b->device;
}

void stamp_done(struct stamp *stamp)
{
    mem_free(stamp->path);
    memset(stamp, 0, sizeof *stamp);
}

void stamp_take(struct stamp *stamp, const char *path)
{
    if (path && stamp->path && strcmp(path, stamp->path) == 0) {
        return; /* the same file, known already: a knob was turned */
    }
    stamp_done(stamp);
    if (path) {
        stamp_read(path, stamp);
        stamp->path = mem_copy_text(path, strlen(path));
    }
}

/* Cursor, window and axes stay where the new model has room for them. */
static void keep_place(struct session *session, size_t side, const struct model *model)
{
    struct place place = place_of(&session->state, side), fresh;
    place_default(model, &fresh);
    bool fits = model->dim == session->models[side]->dim &&
                place_axes_fit(model, place.axes[0], place.axes[1]);
    for (size_t i = 0; i < 2 && fits; i++) {
        double low, high;
        session_axis_range(model, place.axes[i], &low, &high);
        fits = place.axes[i] >= model->dim || (place.low[i] >= low && place.high[i] <= high);
    }
    if (!fits) {
        place_store(&fresh, &session->state, side);
        return;
    }
    for (size_t i = 0; i < model->dim; i++) {
        const struct model_param *param = &model->params[i];
        if (!(place.cursor[i] >= param->low && place.cursor[i] <= param->high)) {
            place.cursor[i] = fresh.cursor[i];
        }
    }
    place_store(&place, &session->state, side);
}

/* Settings whose names the new text still knows; the others are gone with it. */
static enum status read_again(const struct model *old, struct diags *diags, struct model **out)
{
    enum status status = model_from_file(old->path, old->settings, old->n_settings, diags, out);
    if (status != ST_OK && old->n_settings > 0) {
        struct diags second;
        diags_init(&second);
        if (model_from_file(old->path, NULL, 0, &second, out) == ST_OK) {
            diags_done(diags);
            diags_init(diags);
            status = ST_OK;
        }
        diags_done(&second);
    }
    return status;
}

static bool reload(struct session *session, size_t side)
{
    struct model *old = session->models[side], *model = NULL;
    struct diags diags;
    diags_init(&diags);
    text_clear(&session->diagnostics);
    if (read_again(old, &diags, &model) == ST_OK) {
        keep_place(session, side, model);
        session_swap_model(session, side, model);
        model_unref(model);
        session_commit(session, "reload", true);
        session_message(session, false, "read %s again", session->stamps[side].path);
    } else {
        diags_print(&diags, &session->diagnostics);
    }
    diags_done(&diags);
    return true;
}

bool session_poll_files(struct session *session)
{
    bool changed = false;
    for (size_t side = 0; side < SIDES_MAX; side++) {
        struct stamp *stamp = &session->stamps[side], now = {0};
        if (!session->models[side] || !stamp->path || !stamp_read(stamp->path, &now) ||
            stamp_same(stamp, &now)) {
            continue; /* a file that is gone may be about to be replaced: the picture stays */
        }
        now.path = stamp->path;
        *stamp = now;
        changed |= reload(session, side);
    }
    return changed;
}
