/* The names that keys have in bindings, by the byte or the sequence that a terminal sends. */
#include "key_names.h"

#include <stdio.h>
#include <string.h>

#include "keys.h"

#include "cusp/text.h"

void key_name_byte(unsigned char byte, char *name)
{
    enum { SIZE = KEY_NAME_MAX - 4 };
    switch (byte) {
    case 0x00:
        snprintf(name, SIZE, "ctrl-space");
        return;
    case '\t':
        snprintf(name, SIZE, "tab");
        return;
    case '\r':
    case '\n':
        snprintf(name, SIZE, "enter");
        return;
    case 0x1b:
        snprintf(name, SIZE, "esc");
        return;
    case ' ':
        snprintf(name, SIZE, "space");
        return;
    case '\b':
    case 0x7f:
        snprintf(name, SIZE, "backspace");
        return;
    default:
        break;
    }
    if (byte < 0x20) {
        snprintf(name, SIZE, "ctrl-%c", byte <= 26 ? byte + 'a' - 1 : byte + '@');
    } else {
        snprintf(name, SIZE, "%c", byte);
    }
}

struct named {
    int code;
    const char *name;
};

static const struct named by_final[] = {
    {'A', "up"}, {'B', "down"}, {'C', "right"}, {'D', "left"}, {'F', "end"}, {'H', "home"},
    {'P', "f1"}, {'Q', "f2"},   {'R', "f3"},    {'S', "f4"},   {0, NULL},
};

static const struct named by_number[] = {
    {1, "home"}, {2, "insert"}, {3, "delete"}, {4, "end"}, {5, "pageup"}, {6, "pagedown"},
    {7, "home"}, {8, "end"},    {11, "f1"},    {12, "f2"}, {13, "f3"},    {14, "f4"},
    {15, "f5"},  {17, "f6"},    {18, "f7"},    {19, "f8"}, {20, "f9"},    {21, "f10"},
    {23, "f11"}, {24, "f12"},   {0, NULL},
};

static const char *look_up(const struct named *names, int code)
{
    for (; names->name != NULL; names++) {
        if (names->code == code) {
            return names->name;
        }
    }
    return NULL;
}

/* A key given by its code point, as terminals with extended keyboards do. */
static bool name_code(int code, char *base)
{
    if (code < 0x80) {
        key_name_byte((unsigned char)code, base);
        return true;
    }
    /* 57344 and on are the extension's own codes for keys that have no character. */
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xf900)) {
        return false;
    }
    base[utf8_encode((uint32_t)code, base)] = '\0';
    return true;
}

bool key_name_csi(char final, const int *parameter, int count, char *name)
{
    char base[KEY_NAME_MAX] = "";
    int modifiers = count >= 2 && parameter[1] > 0 ? parameter[1] - 1 : 0;
    if (final == 'Z') {
        snprintf(base, sizeof base, "tab");
        modifiers |= 1;
    } else if (final == 'u') {
        if (!name_code(parameter[0], base)) {
            return false;
        }
    } else if (final == '~' && parameter[0] == 27 && count >= 3) {
        if (!name_code(parameter[2], base)) {
            return false;
        }
    } else {
        const char *found =
            final == '~' ? look_up(by_number, parameter[0]) : look_up(by_final, final);
        if (found == NULL) {
            return false;
        }
        snprintf(base, sizeof base, "%s", found);
    }
    /* shift is in the character itself */
    bool character = (final == 'u' || final == '~') && strlen(base) == 1;
    snprintf(name, KEY_NAME_MAX, "%s%s%s%.16s", modifiers & 4 ? "ctrl-" : "",
             modifiers & 2 ? "alt-" : "", (modifiers & 1) && !character ? "shift-" : "", base);
    return true;
}
