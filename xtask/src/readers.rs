//! The generated Swift file, with readers that take a number or a text from the buffer at once.
//!
//! UniFFI 0.32 reads through `Foundation.Data`, for a text by way of an array; a page of messages is hundreds of such
//! reads. What is replaced must be there once, letter for letter: another UniFFI is another decision.

/// What the generator writes, and what stands in its place.
const READERS: [(&str, &str); 3] = [
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

/// The file with its readers replaced.
pub fn quicken(swift: &str) -> Result<String, String> {
    let mut quick = swift.to_owned();
    for (slow, fast) in READERS {
        if quick.matches(slow).count() != 1 {
            let first = slow.lines().next().unwrap_or_default().trim();
            return Err(format!("UniFFI no longer writes the reader with `{first}`: see xtask/src/readers.rs"));
        }
        quick = quick.replace(slow, fast);
    }
    Ok(quick)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated() -> String {
        READERS.map(|(slow, _)| slow).join("// between\n")
    }

    #[test]
    fn each_reader_is_replaced_and_nothing_else() {
        assert_eq!(quicken(&generated()), Ok(READERS.map(|(_, fast)| fast).join("// between\n")));
    }

    #[test]
    fn what_is_missing_twice_or_done_already_is_an_error() {
        let generated = generated();
        assert!(quicken(&generated.repeat(2)).is_err());
        assert!(quicken(&quicken(&generated).unwrap()).is_err());
        for (slow, _) in READERS {
            assert!(
                quicken(&generated.replace(slow, &slow.replace("range", "span").replace("Int(", "Int32("))).is_err()
            );
        }
    }
}
