/**
 * What a proof of concept found, as entries of the log: {@link
 * io.haori.registry.proof.ProofRecords} writes and reads {@link
 * io.haori.registry.proof.ProofRecord}s.
 */
@NullMarked
package io.haori.registry.proof;

import org.jspecify.annotations.NullMarked;
