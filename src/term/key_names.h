/* The names that keys have in bindings. */
#ifndef CUSP_TERM_KEY_NAMES_H
#define CUSP_TERM_KEY_NAMES_H

#include <stdbool.h>

/* Of a byte below 0x80: "a", "space", "ctrl-p", "tab", "enter", "backspace", "esc". name has
   room for KEY_NAME_MAX − 4 bytes. */
void key_name_byte(unsigned char byte, char *name);

/* Of "CSI parameters final": arrows and the like with their modifiers. False if there is none.
   name[KEY_NAME_MAX]. */
bool key_name_csi(char final, const int *parameter, int count, char *name);

#endif
