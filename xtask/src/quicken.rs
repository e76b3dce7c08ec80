//! The generated files, with what costs most of a call in them done otherwise. What is replaced must be there once, letter for
//! letter: another UniFFI is another decision.

/// UniFFI 0.32's Swift reads through `Foundation.Data`, for a text by way of an array; a page of messages is hundreds of
/// such reads. Here a number or a text is taken from the buffer at once.
pub const SWIFT: [(&str, &str); 3] = [
    (
        r"    if T.self == UInt8.self {
        let value = reader.data[reader.offset]
        reader.offset += 1
        return value as! T
    }
    var value: T = 0
    let _ = withUnsafeMutableBytes(of: &value, { reader.data.copyBytes(to: $0, from: range)})
    reader.offset = range.upperBound
    return value.bigEndian
",
        r"    let value = reader.data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self) }
    reader.offset = range.upperBound
    return T(bigEndian: value)
",
    ),
    (
        r"    var value = [UInt8](repeating: 0, count: count)
    value.withUnsafeMutableBufferPointer({ buffer in
        reader.data.copyBytes(to: buffer, from: range)
    })
    reader.offset = range.upperBound
    return value
",
        r"    let value = reader.data.withUnsafeBytes { [UInt8]($0[range]) }
    reader.offset = range.upperBound
    return value
",
    ),
    (
        r"        return String(decoding: try readBytes(&buf, count: Int(len)), as: UTF8.self)
",
        r"        let range = buf.offset..<(buf.offset + Int(len))
        guard buf.data.count >= range.upperBound else {
            throw UniffiInternalError.bufferOverflow
        }
        buf.offset = range.upperBound
        return buf.data.withUnsafeBytes { String(decoding: $0[range], as: UTF8.self) }
",
    ),
];

/// UniFFI 0.32's Kotlin makes a status for each native call, of which a call from Kotlin is three. As JNA makes a structure
/// that takes 3 of the 4.8 µs of processor time of such a call that says little (24 November 2026, OpenJDK 17). Here each thread
/// keeps those it has made. A call from within a callback takes another one; that of a call that failed holds what it
/// failed with, and is let go.
pub const KOTLIN: [(&str, &str); 1] = [(
    r"private inline fun <U, E: kotlin.Exception> uniffiRustCallWithError(errorHandler: UniffiRustCallStatusErrorHandler<E>, callback: (UniffiRustCallStatus) -> U): U {
    var status = UniffiRustCallStatus()
    val return_value = callback(status)
    uniffiCheckCallStatus(errorHandler, status)
    return return_value
}
",
    r"private inline fun <U, E: kotlin.Exception> uniffiRustCallWithError(errorHandler: UniffiRustCallStatusErrorHandler<E>, callback: (UniffiRustCallStatus) -> U): U {
    val statuses = uniffiRustCallStatuses.get()
    val status = statuses.removeLastOrNull() ?: UniffiRustCallStatus()
    val return_value = callback(status)
    uniffiCheckCallStatus(errorHandler, status)
    statuses.addLast(status)
    return return_value
}

private val uniffiRustCallStatuses = ThreadLocal.withInitial { kotlin.collections.ArrayDeque<UniffiRustCallStatus>() }
",
)];

/// The file with that replaced.
pub fn quicken(generated: &str, replaced: &[(&str, &str)]) -> Result<String, String> {
    let mut quick = generated.to_owned();
    for (slow, fast) in replaced {
        if quick.matches(slow).count() != 1 {
            let first = slow.lines().next().unwrap_or_default().trim();
            return Err(format!("UniFFI no longer writes what begins with `{first}`: see xtask/src/quicken.rs"));
        }
        quick = quick.replace(slow, fast);
    }
    Ok(quick)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(parts: impl Iterator<Item = &'static str>) -> String {
        parts.collect::<Vec<_>>().join("// between\n")
    }

    #[test]
    fn each_part_is_replaced_and_nothing_else() {
        for replaced in [&SWIFT[..], &KOTLIN] {
            let (slow, fast) = (replaced.iter().map(|(slow, _)| *slow), replaced.iter().map(|(_, fast)| *fast));
            assert_eq!(quicken(&joined(slow), replaced), Ok(joined(fast)));
        }
    }

    #[test]
    fn what_is_missing_twice_or_done_already_is_an_error() {
        for replaced in [&SWIFT[..], &KOTLIN] {
            let generated = joined(replaced.iter().map(|(slow, _)| *slow));
            assert!(quicken(&generated.repeat(2), replaced).is_err());
            assert!(quicken(&quicken(&generated, replaced).unwrap(), replaced).is_err());
            for (slow, _) in replaced {
                let other = slow.replace("range", "span").replace("Int(", "Int32(").replace("var status", "val status");
                assert!(quicken(&generated.replace(slow, &other), replaced).is_err());
            }
        }
    }
}
