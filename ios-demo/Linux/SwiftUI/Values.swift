// What modifiers are told.

public struct Font: Sendable {
    public enum Weight: Sendable { case regular, semibold }
    public static let title = Font(), title2 = Font(), title3 = Font(), headline = Font(), footnote = Font(), caption = Font()
    public func bold() -> Font { self }
}

public protocol ShapeStyle {}

public struct Color: Drawn, ShapeStyle, Sendable {
    nonisolated init() {}
    public static let accentColor = Color(), black = Color()
    public func opacity(_ opacity: Double) -> Color { self }
}

extension ShapeStyle where Self == Color {
    public static var primary: Color { Color() }
    public static var secondary: Color { Color() }
    public static var red: Color { Color() }
    public static var orange: Color { Color() }
    public static var green: Color { Color() }
    public static var white: Color { Color() }
}

public struct Material: ShapeStyle {}

extension ShapeStyle where Self == Material {
    public static var bar: Material { Material() }
}

public protocol Shape {}
public struct Rectangle: Shape {}

extension Shape where Self == Rectangle {
    public static func rect(cornerRadius: CGFloat) -> Rectangle { Rectangle() }
}

public struct Path {
    public init() {}
    public mutating func addRect(_ rect: CGRect) {}
}

public struct GraphicsContext {
    public enum Shading { case color(Color) }
    public func fill(_ path: Path, with shading: Shading) {}
}

public struct AccessibilityTraits: SetAlgebra, OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let isHeader = Self(rawValue: 1), isSelected = Self(rawValue: 2), isImage = Self(rawValue: 4)
}

public enum Animation: Sendable { case `default` }
public enum AccessibilityChildBehavior { case ignore, combine }
public enum Alignment { case leading, center }
public enum Axis { case horizontal, vertical }
public enum ButtonRole { case destructive, cancel }
public enum ButtonStyle { case bordered, borderedProminent, borderless, plain }
public enum ContentMode { case fit }
public enum HorizontalAlignment { case leading, center }
public enum LabelStyle { case iconOnly }
public enum ListStyle { case plain }
public enum ScenePhase: Sendable { case active, inactive, background }
public enum TextAlignment { case leading }
public enum TextFieldStyle { case roundedBorder }
public enum TextSelectability { case enabled }
public enum ToolbarItemPlacement { case cancellationAction, confirmationAction }
public enum UnitPoint { case bottom }
public enum VerticalEdge { case top, bottom }
public enum Visibility { case automatic, visible, hidden }
