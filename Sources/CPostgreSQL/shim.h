// The C interface of PostgreSQL, found through pkg-config.
#include <libpq-fe.h>
