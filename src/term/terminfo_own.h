/* Terminfo entries that the program carries with it: direct colour is in no base installation. */
#ifndef CUSP_TERM_TERMINFO_OWN_H
#define CUSP_TERM_TERMINFO_OWN_H

/* Values for the variable TERMINFO; the entries are named cusp-direct and cusp-256. */
extern const char terminfo_direct[];
extern const char terminfo_256[];

#endif
