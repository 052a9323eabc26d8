/* Scrolling through lines of text. */
#include "pager.h"

#include <string.h>

#include "cusp/mem.h"

enum { SIDE_STEP = 8, LEFT_MAX = 4000 };

void pager_init(struct pager *pager, const char *title, const char *text)
{
    *pager = (struct pager){.title = mem_copy_text(title, strlen(title)),
                            .text = mem_copy_text(text, strlen(text))};
    size_t capacity = 0;
    for (char *line = pager->text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end++ = '\0';
        }
        MEM_GROW(pager->lines, pager->n_lines, capacity);
        pager->lines[pager->n_lines++] = line;
        line = end;
    }
}

void pager_done(struct pager *pager)
{
    mem_free(pager->title);
    mem_free(pager->text);
    mem_free(pager->lines);
    *pager = (struct pager){0};
}

void pager_fit(struct pager *pager, size_t page)
{
    size_t last = pager->n_lines > page ? pager->n_lines - page : 0;
    if (pager->top > last) {
        pager->top = last;
    }
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

enum pager_result pager_key(struct pager *pager, const char *name, size_t page)
{
    static const char *const leave[] = {"esc", "q", "enter", "ctrl-c", NULL};
    static const char *const up[] = {"up", "k", "ctrl-p", NULL};
    static const char *const down[] = {"down", "j", "ctrl-n", NULL};
    static const char *const page_up[] = {"pageup", "b", "ctrl-b", NULL};
    static const char *const page_down[] = {"pagedown", "space", "ctrl-f", NULL};
    static const char *const home[] = {"home", "g", NULL};
    static const char *const end[] = {"end", "G", NULL};
    static const char *const left[] = {"left", "h", NULL};
    static const char *const right[] = {"right", "l", NULL};
    size_t step = page > 1 ? page - 1 : 1;
    if (is_one_of(name, leave)) {
        return PAGER_LEAVES;
    } else if (is_one_of(name, up)) {
        pager->top -= pager->top > 0;
    } else if (is_one_of(name, down)) {
        pager->top++;
    } else if (is_one_of(name, page_up)) {
        pager->top -= pager->top > step ? step : pager->top;
    } else if (is_one_of(name, page_down)) {
        pager->top += step;
    } else if (is_one_of(name, home)) {
        pager->top = 0;
    } else if (is_one_of(name, end)) {
        pager->top = pager->n_lines;
    } else if (is_one_of(name, left)) {
        pager->left -= pager->left > SIDE_STEP ? SIDE_STEP : pager->left;
    } else if (is_one_of(name, right)) {
        pager->left += pager->left < LEFT_MAX ? SIDE_STEP : 0;
    } else {
        return PAGER_IGNORES;
    }
    pager_fit(pager, page);
    return PAGER_STAYS;
}
