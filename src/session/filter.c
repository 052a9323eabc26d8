/* The catalogue's filter: an entry stays if every word occurs in its name, title, about or formula.
 */
#include <ctype.h>
#include <string.h>

#include "cusp/mem.h"
#include "session_private.h"

static bool contains(const char *text, const char *word, size_t length)
{
    for (; text && *text; text++) {
        size_t i = 0;
        while (i < length && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i])) {
            i++;
        }
        if (i == length) {
            return true;
        }
    }
    return false;
}

static bool passes(const struct catalogue_entry *entry, const char *filter)
{
    while (*filter) {
        filter += strspn(filter, " ");
        size_t length = strcspn(filter, " ");
        if (length > 0 && !contains(entry->name, filter, length) &&
            !contains(entry->title, filter, length) && !contains(entry->about, filter, length) &&
            !contains(entry->formula, filter, length)) {
            return false;
        }
        filter += length;
    }
    return true;
}

void session_filter(struct session *session)
{
    const struct catalogue *catalogue = &session->catalogue;
    if (!session->rows_valid || strcmp(session->filtered, session->state.filter) != 0) {
        mem_free(session->rows);
        session->rows = mem_new(catalogue->n_entries + 1, sizeof *session->rows);
        session->n_rows = 0;
        for (size_t i = 0; i < catalogue->n_entries; i++) {
            if (passes(&catalogue->entries[i], session->state.filter)) {
                session->rows[session->n_rows++] = i;
            }
        }
        memcpy(session->filtered, session->state.filter, sizeof session->filtered);
        session->rows_valid = true;
    }
    if (session->state.catalogue_row >= session->n_rows) {
        session->state.catalogue_row = session->n_rows ? session->n_rows - 1 : 0;
    }
}
