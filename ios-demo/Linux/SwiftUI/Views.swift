// A stand-in for SwiftUI where there is none: the shapes of what `HongqiUI` uses of it, and nothing that draws. With it the
// compiler checks on Linux that the screens fit their models. Whether they fit SwiftUI itself only Xcode can tell: this is
// how its interface reads in its documentation, simplified.

@_exported import Foundation
@_exported import Observation

@MainActor @preconcurrency
public protocol View {
    associatedtype Body: View
    @ViewBuilder var body: Body { get }
}

extension Never: View {
    public var body: Never { fatalError("nothing is drawn") }
}

/// A view that SwiftUI itself draws.
public protocol Drawn: View where Body == Never {}

extension Drawn {
    public var body: Never { fatalError("nothing is drawn") }
}

extension Optional: View where Wrapped: View {
    public var body: Never { fatalError("nothing is drawn") }
}

/// What a modifier makes of a view.
struct Modified: Drawn {}

public struct EmptyView: Drawn { public init() {} }
public struct AnyView: Drawn { public init(_ view: some View) {} }
public struct Spacer: Drawn { public init() {} }
public struct ProgressView: Drawn { public init() {} }
public struct Image: Drawn { public init(systemName: String) {} }

public struct Text: Drawn {
    public init(_ content: some StringProtocol) {}
    public func font(_ font: Font?) -> Text { self }
    public func fontWeight(_ weight: Font.Weight?) -> Text { self }
    public func bold(_ isActive: Bool = true) -> Text { self }
    public func strikethrough(_ isActive: Bool = true) -> Text { self }
    public func foregroundStyle(_ style: some ShapeStyle) -> Text { self }
}

public struct Button: Drawn {
    public init(_ title: some StringProtocol, role: ButtonRole? = nil, action: @escaping @MainActor () -> Void) {}
    public init(
        _ title: some StringProtocol, systemImage: String, role: ButtonRole? = nil, action: @escaping @MainActor () -> Void
    ) {}
    public init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> some View) {}
}

public struct Label: Drawn {
    public init(_ title: some StringProtocol, systemImage: String) {}
    public init(@ViewBuilder title: () -> some View, @ViewBuilder icon: () -> some View) {}
}

public struct VStack: Drawn {
    public init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> some View) {}
}

public struct LazyVStack: Drawn {
    public init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> some View) {}
}

public struct HStack: Drawn { public init(spacing: CGFloat? = nil, @ViewBuilder content: () -> some View) {} }
public struct ScrollView: Drawn { public init(@ViewBuilder content: () -> some View) {} }
public struct Group: Drawn { public init(@ViewBuilder content: () -> some View) {} }
public struct Form: Drawn { public init(@ViewBuilder content: () -> some View) {} }
public struct NavigationStack: Drawn {
    public init(@ViewBuilder root: () -> some View) {}
    public init<Value: Hashable>(path: Binding<[Value]>, @ViewBuilder root: () -> some View) {}
}
public struct TabView: Drawn { public init<Value: Hashable>(selection: Binding<Value>, @ViewBuilder content: () -> some View) {} }

public struct List: Drawn {
    public init(@ViewBuilder content: () -> some View) {}
    public init<Data: RandomAccessCollection, ID: Hashable>(
        _ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder rowContent: @escaping (Data.Element) -> some View
    ) {}
}

public struct ForEach: Drawn {
    public init<Data: RandomAccessCollection, ID: Hashable>(
        _ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> some View
    ) {}
}

public struct Section: Drawn {
    public init(@ViewBuilder content: () -> some View) {}
    public init(_ title: some StringProtocol, @ViewBuilder content: () -> some View) {}
    public init(@ViewBuilder content: () -> some View, @ViewBuilder footer: () -> some View) {}
    public init(
        @ViewBuilder content: () -> some View, @ViewBuilder header: () -> some View, @ViewBuilder footer: () -> some View
    ) {}
}

public struct NavigationLink: Drawn {
    public init<Value: Hashable>(_ title: some StringProtocol, value: Value?) {}
    public init<Value: Hashable>(value: Value?, @ViewBuilder label: () -> some View) {}
}

public struct Menu: Drawn {
    public init(_ title: some StringProtocol, @ViewBuilder content: () -> some View) {}
    public init(_ title: some StringProtocol, systemImage: String, @ViewBuilder content: () -> some View) {}
    public init(@ViewBuilder content: () -> some View, @ViewBuilder label: () -> some View) {}
}

public struct TextField: Drawn {
    public init(_ title: some StringProtocol, text: Binding<String>) {}
    public init(_ title: some StringProtocol, text: Binding<String>, axis: Axis) {}
}

public struct TextEditor: Drawn { public init(text: Binding<String>) {} }
public struct Toggle: Drawn { public init(_ title: some StringProtocol, isOn: Binding<Bool>) {} }

public struct Picker: Drawn {
    public init<Value: Hashable>(
        _ title: some StringProtocol, selection: Binding<Value>, @ViewBuilder content: () -> some View
    ) {}
}

public struct DatePicker: Drawn {
    public init(_ title: some StringProtocol, selection: Binding<Date>) {}
    public init(_ title: some StringProtocol, selection: Binding<Date>, in range: PartialRangeFrom<Date>) {}
}

public struct LabeledContent: Drawn {
    public init(_ title: some StringProtocol, value: some StringProtocol) {}
    public init(_ title: some StringProtocol, @ViewBuilder content: () -> some View) {}
}

public struct DisclosureGroup: Drawn {
    public init(_ title: some StringProtocol, @ViewBuilder content: @escaping () -> some View) {}
}

public struct ShareLink: Drawn { public init(item: URL) {} }
public struct ContentUnavailableView: Drawn { public init(_ title: some StringProtocol, systemImage: String) {} }

public struct Canvas: Drawn {
    public init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) {}
}
