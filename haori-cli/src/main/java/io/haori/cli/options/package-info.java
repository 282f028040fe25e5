/** Groups of options that several commands share; each makes settings of what was typed. */
@NullMarked
package io.haori.cli.options;

import org.jspecify.annotations.NullMarked;
