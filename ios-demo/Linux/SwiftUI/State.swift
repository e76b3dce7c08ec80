// What views hold, and how they are put together.

@MainActor @propertyWrapper @dynamicMemberLookup
public struct Binding<Value> {
    private let get: () -> Value
    private let set: (Value) -> Void

    public init(get: @escaping () -> Value, set: @escaping (Value) -> Void) { (self.get, self.set) = (get, set) }

    public var wrappedValue: Value {
        get { get() }
        nonmutating set { set(newValue) }
    }

    public var projectedValue: Binding<Value> { self }

    public subscript<Member>(dynamicMember member: WritableKeyPath<Value, Member>) -> Binding<Member> {
        fatalError("nothing is drawn")
    }
}

@MainActor @propertyWrapper
public struct State<Value> {
    public init(wrappedValue: Value) {}
    public init(initialValue: Value) {}

    public var wrappedValue: Value {
        get { fatalError("nothing is drawn") }
        nonmutating set {}
    }

    public var projectedValue: Binding<Value> { fatalError("nothing is drawn") }
}

@MainActor @propertyWrapper @dynamicMemberLookup
public struct Bindable<Value: AnyObject & Observable> {
    public let wrappedValue: Value

    public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
    public init(_ wrappedValue: Value) { self.wrappedValue = wrappedValue }

    public var projectedValue: Bindable<Value> { self }

    public subscript<Member>(dynamicMember member: ReferenceWritableKeyPath<Value, Member>) -> Binding<Member> {
        fatalError("nothing is drawn")
    }
}

@MainActor @propertyWrapper
public struct Environment<Value> {
    public init(_ keyPath: KeyPath<EnvironmentValues, Value>) {}
    public var wrappedValue: Value { fatalError("nothing is drawn") }
}

public protocol EnvironmentKey {
    associatedtype Value
    static var defaultValue: Value { get }
}

public struct EnvironmentValues {
    public subscript<Key: EnvironmentKey>(key: Key.Type) -> Key.Value {
        get { Key.defaultValue }
        set {}
    }

    public var dismiss: DismissAction { DismissAction() }
    public var scenePhase: ScenePhase { .active }
    public var accessibilityReduceMotion: Bool { false }
}

@MainActor
public struct DismissAction {
    nonisolated init() {}
    public func callAsFunction() {}
}

public struct Several<each Part>: Drawn {}
public struct Either<First, Second>: Drawn {}

@MainActor @resultBuilder
public enum ViewBuilder {
    public static func buildExpression<Content: View>(_ content: Content) -> Content { content }
    public static func buildBlock() -> EmptyView { EmptyView() }
    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }
    public static func buildBlock<each Content: View>(_ content: repeat each Content) -> Several<repeat each Content> { Several() }
    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }
    public static func buildEither<First: View, Second: View>(first: First) -> Either<First, Second> { Either() }
    public static func buildEither<First: View, Second: View>(second: Second) -> Either<First, Second> { Either() }
}

@MainActor
public protocol ToolbarContent {}

public struct ToolbarItem: ToolbarContent {
    public init(placement: ToolbarItemPlacement, @ViewBuilder content: () -> some View) {}
}

public struct ToolbarItems: ToolbarContent {}

@MainActor @resultBuilder
public enum ToolbarContentBuilder {
    public static func buildBlock<each Content: ToolbarContent>(_ content: repeat each Content) -> ToolbarItems { ToolbarItems() }
}
