/** Whether README's Java programs do in a project of their own what README says. */
@NullMarked
package io.haori.examples;

import org.jspecify.annotations.NullMarked;
